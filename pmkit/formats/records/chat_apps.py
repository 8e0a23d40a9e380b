"""Chat messages of further services: Google Chat, Rocket.Chat, Matrix, Telegram, Mattermost's API."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.declared_rows import NoRow, RowOrNone
from pmkit.formats.format import Example
from pmkit.formats.record import Record, nested_value


def _takeout(record: Record) -> Iterator[RowOrNone]:
    # Such as `Saturday, January 17, 2026 at 3:02:00 PM UTC`.
    written = re.sub(r"\s+", " ", str(record["created_date"]))
    match = re.fullmatch(r"\w+, (\w+) (\d+), (\d{4}) at (\d+):(\d\d:\d\d) ([AP]M) UTC", written)
    hour = int(match[4]) % 12 + (12 if match[6] == "PM" else 0) if match else 0
    at = f"{match[2]} {match[1][:3]} {match[3]} {hour:02}:{match[5]} +0000" if match else written
    text = record.get("text")
    if not text and record.get("message_state") == "DELETED":
        yield NoRow("a message that was deleted")
        return
    files = [str(file.get("original_name")) for file in record.get("attached_files") or []]
    yield {
        "at": at,
        "author_role": nested_value(record, "creator", "name"),
        "text": text or ", ".join(f"file: {file}" for file in files),
    }


GOOGLE_TAKEOUT = record_export(
    "google-chat-takeout", "Google Chat: messages.json of Takeout", "messages", "creator, created_date", _takeout,
    Example(
        '{"messages": [{"creator": {"name": "Ann", "user_type": "Human"}, "created_date": "Saturday, January 17, 2026 at 3:02:00\u202fPM UTC", "text": "ack", '
        '"topic_id": "t"},\n'
        '{"creator": {"name": "Bob"}, "created_date": "Saturday, January 17, 2026 at 12:05:00 AM UTC", "text": "rolling back", "topic_id": "t"},\n'
        '{"creator": {"name": "Bob"}, "created_date": "Saturday, January 17, 2026 at 4:06:00 PM UTC", "attached_files": [{"original_name": "graph.png"}]}]}',
        ({"at": "2026-01-17T15:02:00Z", "author_role": "Ann", "text": "ack"}, {"at": "2026-01-17T00:05:00Z", "text": "rolling back"}, {"text": "file: graph.png"}),
    ),
    where="type(creator) == 'object'",
)  # fmt: skip

GOOGLE_CHAT = record_export(
    "google-chat", "Google Chat: messages of the API", "messages", "name, sender, createTime",
    {"at": "createTime", "author_role": "sender.displayName || sender.name", "text": "text || cardsV2[0].card.header.title || fallbackText"},
    Example(
        '{"messages": [{"name": "spaces/A/messages/B", "sender": {"name": "users/1", "displayName": "Ann", "type": "HUMAN"}, "createTime": "2026-01-17T03:02:00.123Z", '
        '"text": "ack"},\n'
        '{"name": "spaces/A/messages/C", "sender": {"name": "users/2"}, "createTime": "2026-01-17T03:05:00Z", "text": "rolling back"},\n'
        '{"name": "spaces/A/messages/D", "sender": {"name": "users/3", "type": "BOT"}, "createTime": "2026-01-17T03:06:00Z", "cardsV2": [{"card": {"header": '
        '{"title": "[FIRING] Slow"}}}]}]}',
        ({"at": "2026-01-17T03:02:00.123Z", "author_role": "Ann", "text": "ack"}, {"author_role": "users/2"}, {"text": "[FIRING] Slow"}),
    ),
    where="starts_with(name, 'spaces/')",
)  # fmt: skip

ROCKET_CHAT = record_export(
    "rocket-chat", "Rocket.Chat: messages", "messages", "msg, ts, u, rid",
    {"at": "ts.\"$date\" || ts", "author_role": "alias || u.name || u.username",
     "text": "msg || join('\n', attachments[].join('\n', [title || '', text || description || ''])) || file.name && join(' ', ['file:', file.name]) || null"},
    Example(
        '{"messages": [{"_id": "a", "rid": "r", "msg": "ack", "ts": "2026-01-17T03:02:00.123Z", "u": {"username": "ann", "name": "Ann"}},\n'
        '{"_id": "b", "rid": "r", "msg": "", "t": "uj", "ts": "2026-01-17T03:02:01Z", "u": {"username": "bob"}},\n'
        '{"_id": "c", "rid": "r", "msg": "", "ts": {"$date": 1768619100000}, "u": {"username": "alerts"}, "attachments": [{"title": "[FIRING] Slow", "text": "p95 is 3 s"}]}]}',
        ({"at": "2026-01-17T03:02:00.123Z", "author_role": "Ann", "text": "ack"}, {"at": "2026-01-17T03:05:00Z", "author_role": "alerts", "text": "[FIRING] Slow\np95 is 3 s"}),
    ),
    skip={"t": "a notice of the channel"},
)  # fmt: skip

MATRIX = record_export(
    "matrix", "Matrix: events of a room, as Element exports them", "messages", "type, sender, content, origin_server_ts",
    {"at": "origin_server_ts", "author_role": "match(sender, '^@?([^:]+)')", "text": "content.body"},
    Example(
        '{"room_name": "ops", "messages": [{"type": "m.room.message", "sender": "@ann:shop.example", "content": {"msgtype": "m.text", "body": "ack"}, "origin_server_ts": '
        '1768618920000},\n'
        '{"type": "m.room.member", "sender": "@bob:shop.example", "content": {"membership": "join"}, "origin_server_ts": 1768618930000},\n'
        '{"type": "m.room.message", "sender": "@bob:shop.example", "content": {"msgtype": "m.notice", "body": "rolling back"}, "origin_server_ts": 1768619100000}]}',
        ({"at": "2026-01-17T03:02:00Z", "author_role": "ann", "text": "ack"}, {"author_role": "bob", "text": "rolling back"}),
    ),
    skip={"type != 'm.room.message'": "a notice of the room", "!content.body": "a message that was deleted"},
)  # fmt: skip


def _telegram(record: Record) -> Iterator[RowOrNone]:
    if record["type"] != "message":
        yield NoRow("a notice of the group")
        return
    text = record["text"]
    parts = text if isinstance(text, list) else [text]
    words = "".join(str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in parts)
    attached = record.get("file_name") or record.get("file") or record.get("photo")
    yield {
        "at": record.get("date_unixtime") or record["date"],
        "author_role": record.get("from"),
        "text": words or (f"file: {attached}" if attached else ""),
    }


TELEGRAM = record_export(
    "telegram", "Telegram: exported history as JSON", "messages", "id, type, date, text", _telegram,
    Example(
        '{"name": "ops", "type": "private_group", "id": 1, "messages": [{"id": 1, "type": "service", "date": "2026-01-17T04:00:00", "date_unixtime": "1768618800", "actor": '
        '"Ann", "action": "create_group", "text": ""},\n'
        '{"id": 2, "type": "message", "date": "2026-01-17T04:02:00", "date_unixtime": "1768618920", "from": "Ann", "text": "ack"},\n'
        '{"id": 3, "type": "message", "date": "2026-01-17T04:05:00", "date_unixtime": "1768619100", "from": "Bob", "text": ["see ", {"type": "link", "text": '
        '"https://graphs.example"}, " now"]}]}',
        ({"at": "2026-01-17T03:02:00Z", "author_role": "Ann", "text": "ack"}, {"author_role": "Bob", "text": "see https://graphs.example now"}),
    ),
    where="(type == 'message' && \"from\") || (type == 'service' && action)",
)  # fmt: skip

MATTERMOST_API = record_export(
    "mattermost-posts", "Mattermost: posts of the API", "messages", "create_at, user_id, channel_id, message",
    {"at": "create_at", "author_role": "props.override_username || user_id", "text": "message || join('\n', props.attachments[].join('\n', [title || '', text || fallback || '']))"},
    Example(
        '{"order": ["p2", "p1"], "posts": {"p1": {"id": "p1", "create_at": 1768618920000, "delete_at": 0, "user_id": "u1", "channel_id": "c", "message": "ack", "type": ""},\n'
        '"p2": {"id": "p2", "create_at": 1768619100000, "user_id": "u2", "channel_id": "c", "message": "", "props": {"override_username": "alerts", "attachments": '
        '[{"title": "[FIRING] Slow", "text": "p95 is 3 s"}]}},\n'
        '"p3": {"id": "p3", "create_at": 1768619200000, "user_id": "u2", "channel_id": "c", "message": "bob joined", "type": "system_join_channel"}}}',
        ({"at": "2026-01-17T03:02:00Z", "author_role": "u1", "text": "ack"}, {"author_role": "alerts", "text": "[FIRING] Slow\np95 is 3 s"}),
    ),
    skip={"starts_with(type, 'system_')": "a notice of the channel", "delete_at > `0`": "a message that was deleted"},
)  # fmt: skip

SLACK_MEMBERS = record_export(
    "slack-members", "Slack: lists of people and channels in an export, which contain no messages", "messages", "id, name, profile|created",
    {"at": "created", "author_role": "name", "text": "name"},
    Example(
        '[{"id": "U1", "name": "ann", "deleted": false, "profile": {"title": "SRE", "real_name": "Ann"}},\n'
        '{"id": "U2", "name": "bob", "deleted": false, "profile": {"title": "", "real_name": "Bob"}}]',
        (),
    ),
    Example('[{"id": "C1", "name": "incident", "created": 1768618800, "creator": "U1", "is_archived": false, "members": ["U1", "U2"]}]', ()),
    where="(type(profile) == 'object' && match(id, '^([UW]\\w*)$')) || (creator && match(id, '^([CGD]\\w*)$'))",
    skip={"profile": "a person, not a message", "creator": "a channel, not a message"},
)  # fmt: skip
