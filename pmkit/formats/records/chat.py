"""Chat messages: Slack, Teams, Discord, Mattermost, tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from pmkit.formats.builders import record_export
from pmkit.formats.fields import FOREIGN_TIME_NAMES, KIND_NAMES, LEVEL_NAMES, STATUS_NAMES, TIME_NAMES, first_value, spelling
from pmkit.formats.format import Example
from pmkit.formats.json_documents import embedded
from pmkit.formats.record import Record, Row, nested_value
from pmkit.formats.timestamps import is_timestamp

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")
_TAG = re.compile(r"<[^>]+>")
_AUTHOR = (
    "author_role", "author", "user", "username", "from", "sender", "display_name", "user_name", "autor", "absender",
    "auteur", "autore", "von", "verfasser", "benutzer", "expéditeur", "remitente", "mittente", "remetente", "who", "nick",
    "sendername", "authorname", "name",
)  # fmt: skip
_TEXT = (
    "text",
    "message",
    "content",
    "body",
    "msg",
    "nachricht",
    "mensaje",
    "messaggio",
    "mensagem",
    "bericht",
    "what",
    "comment",
    "messagetext",
)
_TIMES = (*TIME_NAMES, *FOREIGN_TIME_NAMES, "postedat", "sentat", "posted", "sent", "messagetime", "createddatetime")
# What the changes of a repository have, whose authors write messages, too.
_OF_COMMITS = frozenset(("commit", "sha", "hash", "commithash", "commitsha", "commitid"))


_SLACK = "type == 'message' && match(ts, '^(\\d{10}\\.\\d{1,6})$')"

# Where Slack keeps the words of a message that bots or its editor write.
_WORDS = ("pretext", "title", "text", "fallback")


def _slack(record: Record) -> Iterator[Row]:
    profile = record.get("user_profile") or {}
    name = (
        profile.get("title")
        or profile.get("display_name")
        or profile.get("real_name")
        or record.get("username")
        or record.get("user")
    )
    text = _LINK.sub(lambda match: match[2] or match[1], _slack_text(record))
    yield {"at": record["ts"], "author_role": name or nested_value(record, "bot_profile", "name"), "text": html.unescape(text)}
    # slackdump puts the replies, the first of which is the message again, into the message.
    for reply in record.get("slackdump_thread_replies") or []:
        if reply["ts"] != record["ts"]:
            yield from _slack(reply)


def _slack_text(record: Record) -> str:
    """Return the text of a message, or what its blocks, attachments and files say if it has none."""
    if str(record.get("text") or "").strip():
        return str(record["text"])
    blocks = "\n".join(filter(None, ("".join(_block_words(block)) for block in record.get("blocks") or [])))
    attachments = "\n".join(filter(None, map(_attachment_text, record.get("attachments") or [])))
    files = ", ".join(str(file.get("title") or file.get("name")) for file in record.get("files") or [])
    return "\n".join(filter(None, (blocks, attachments, f"file: {files}" if files else "")))


def _attachment_text(attachment: Record) -> str:
    words = [str(attachment[name]) for name in _WORDS[:-1] if attachment.get(name)]
    blocks = "\n".join(filter(None, ("".join(_block_words(block)) for block in attachment.get("blocks") or [])))
    fields = [f"{field.get('title', '')}: {field.get('value', '')}" for field in attachment.get("fields") or []]
    return "\n".join([*words, *([blocks] if blocks else []), *fields]) or str(attachment.get("fallback") or "")


def _block_words(block: object) -> Iterator[str]:
    """Yield the words in a block of Slack, whose elements are nested."""
    if isinstance(block, list):
        for part in block:
            yield from _block_words(part)
    elif isinstance(block, dict):
        text = block.get("text")
        if isinstance(text, str):
            yield text
        elif block.get("type") == "link":
            yield str(block.get("url", ""))
        elif block.get("type") == "emoji":
            yield f":{block.get('name', '')}:"
        elif block.get("type") == "user":
            yield f"<@{block.get('user_id', '')}>"
        yield from _block_words([text if isinstance(text, dict) else None, block.get("elements"), block.get("fields")])


SLACK = record_export(
    "slack", "Slack: channel messages as JSON, from an export or conversations.history", "messages", "type, ts", _slack,
    Example(
        '[{"type": "message", "user": "U1", "text": "ack, 5 &gt; 1", "ts": "1795469361.102961", '
        '"user_profile": {"real_name": "on-call SRE", "display_name": ""}},\n'
        ' {"type": "message", "user": "U2", "text": "see <https://a.example/b|the board>", "ts": "1795469366.103286"}]',
        ({"at": "2026-11-23T21:29:21.102961Z", "author_role": "on-call SRE", "text": "ack, 5 > 1"},
         {"author_role": "U2", "text": "see the board"}),
    ),
    Example(
        '[{"type": "message", "subtype": "bot_message", "username": "deploys", "text": "cart v2.4.1 is out &amp; about", '
        '"ts": "1795469371.000100"}]',
        ({"author_role": "deploys", "text": "cart v2.4.1 is out & about"},),
    ),
    Example(
        '{"ok": true, "messages": [{"type": "message", "user": "U2", "text": "rolling back", "ts": "1795469366.103286"},\n'
        '{"type": "message", "user": "U1", "text": "ack", "ts": "1795469361.102961"}], "has_more": false}',
        ({"at": "2026-11-23T21:29:26.103286Z", "text": "rolling back"}, {"at": "2026-11-23T21:29:21.102961Z", "text": "ack"}),
    ),
    Example(
        '{"ok": true, "messages": [{"type": "message", "user": "U3", "text": "all clear", "ts": "1795469400.000200", '
        '"user_profile": {"display_name": "commander"}, "reactions": [{"name": "tada", "count": 2}]}], "has_more": true}',
        ({"at": "2026-11-23T21:30:00.000200Z", "author_role": "commander", "text": "all clear"},),
    ),
    Example(
        '[{"type": "message", "subtype": "bot_message", "username": "alerts", "ts": "1795469400.000300", "text": "", "attachments": [{"title": "[FIRING] Slow", '
        '"text": "p95 is 3 s", "fallback": "x"}]},\n'
        '{"type": "message", "user": "U4", "ts": "1795469401.000300", "text": "", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", '
        '"elements": [{"type": "text", "text": "rolling back "}, {"type": "emoji", "name": "tada"}]}]}]}]',
        ({"author_role": "alerts", "text": "[FIRING] Slow\np95 is 3 s"}, {"text": "rolling back :tada:"}),
    ),
    where=_SLACK,
)  # fmt: skip


def _teams(record: Record) -> Iterator[Row]:
    if record["messageType"] == "message":
        who = (record.get("from") or {}).get("user") or (record.get("from") or {}).get("application") or {}
        content = record["body"]["content"]
        text = html.unescape(_TAG.sub(" ", content) if record["body"].get("contentType") == "html" else content)
        cards = "\n".join(filter(None, map(_card_text, record.get("attachments") or [])))
        yield {"at": record["createdDateTime"], "author_role": who.get("displayName"), "text": " ".join(text.split()) or cards}
    for reply in record.get("replies") or []:
        yield from _teams(reply)


def _card_text(attachment: Record) -> str:
    """Return what a card says, or the name of a file."""
    content = embedded(attachment.get("content"))
    words = list(_card_words(attachment["content"] if content is None else content))
    return "\n".join(words) or (f"file: {attachment['name']}" if attachment.get("name") else "")


def _card_words(part: object) -> Iterator[str]:
    """Yield the texts in a card, whose elements are nested."""
    if isinstance(part, list):
        for element in part:
            yield from _card_words(element)
    elif isinstance(part, dict):
        facts = f"{part['title']}: {part['value']}" if "value" in part and "title" in part else None
        yield from (
            [facts] if facts else [str(part[key]) for key in ("title", "text") if isinstance(part.get(key), str) and part[key]]
        )
        for inner in part.values():
            yield from _card_words(inner) if isinstance(inner, dict | list) else ()


TEAMS = record_export(
    "teams", "Microsoft Teams: channel messages as JSON", "messages", "messageType, createdDateTime, body.content", _teams,
    Example(
        '{"value": [{"id": "1", "messageType": "message", "createdDateTime": "2026-01-17T03:02:00.123Z", "from": {"user": {"displayName": '
        '"on-call SRE"}}, "body": {"contentType": "html", "content": "<p>ack, 5 &gt; 1</p>"}},\n'
        '{"id": "2", "messageType": "systemEventMessage", "createdDateTime": "2026-01-17T03:02:01Z", "body": {"content": "<e/>"}},\n'
        '{"id": "3", "messageType": "message", "createdDateTime": "2026-01-17T03:03:00Z", "from": null, "body": {"contentType": "text", "content": "b"}}]}',
        ({"at": "2026-01-17T03:02:00.123Z", "author_role": "on-call SRE", "text": "ack, 5 > 1"}, {"text": "b", "author_role": None}),
    ),
    Example(
        '{"value": [{"id": "4", "messageType": "message", "createdDateTime": "2026-01-17T03:02:00Z", "from": {"application": {"displayName": "Alerts"}}, "body": '
        '{"contentType": "html", "content": "<attachment></attachment>"}, "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": '
        '"{\\"body\\": [{\\"type\\": \\"TextBlock\\", \\"text\\": \\"[FIRING] Slow\\"}]}"}], "replies": [{"id": "5", "messageType": "message", "createdDateTime": '
        '"2026-01-17T03:04:00Z", "from": {"user": {"displayName": "Bob"}}, "body": {"contentType": "text", "content": "rolling back"}}]}]}',
        ({"author_role": "Alerts", "text": "[FIRING] Slow"}, {"at": "2026-01-17T03:04:00Z", "author_role": "Bob", "text": "rolling back"}),
    ),
)  # fmt: skip


def _discord(record: Record) -> Iterator[Row]:
    who = record["author"]
    yield {"at": record["timestamp"], "author_role": who.get("nickname") or who.get("global_name") or who.get("name") or who.get("username"),
           "text": record["content"] or _embedded_text(record)}  # fmt: skip


def _embedded_text(record: Record) -> str:
    """Return what the embeds and attachments of a message say."""
    embeds = [
        "\n".join(
            [
                ": ".join(str(embed[name]) for name in ("title", "description") if embed.get(name)),
                *(f"{field['name']}: {field['value']}" for field in embed.get("fields") or []),
            ]
        )
        for embed in record.get("embeds") or []
    ]
    files = [f"file: {file.get('fileName') or file.get('filename')}" for file in record.get("attachments") or []]
    return "\n".join([*filter(None, embeds), *files])


DISCORD = record_export(
    "discord", "Discord: channel messages as JSON", "messages", "author, content, timestamp", _discord,
    Example(
        '{"guild": {"name": "shop"}, "channel": {"name": "incident"}, "messages": [{"id": "1", "timestamp": "2026-01-17T03:02:00.123+00:00", '
        '"content": "ack", "author": {"name": "sre", "nickname": "on-call SRE"}},\n'
        '{"id": "2", "timestamp": "2026-01-17T04:03:00+01:00", "content": "rolling back", "author": {"name": "sre"}}]}',
        ({"at": "2026-01-17T03:02:00.123Z", "author_role": "on-call SRE", "text": "ack"}, {"at": "2026-01-17T03:03:00Z"}),
    ),
    Example(
        '{"messages": [{"id": "3", "timestamp": "2026-01-17T03:04:00Z", "content": "all clear", "author": {"username": '
        '"sre7", "global_name": "SRE"}, "attachments": []}]}',
        ({"author_role": "SRE", "text": "all clear"},),
    ),
    where="type(author) == 'object'",
)  # fmt: skip


_POSTS = ("post", "direct_post")


def _is_mattermost(record: Record) -> bool:
    kinds = {"version", "emoji", "role", "scheme", "team", "channel", "user", "bot", "direct_channel", *_POSTS}
    return record["type"] in kinds and record["type"] in record


def _mattermost(record: Record) -> Iterator[Row]:
    post = record[record["type"]]
    if record["type"] in _POSTS:
        for message in (post, *(post.get("replies") or [])):
            yield {"at": message["create_at"], "author_role": message.get("user"), "text": message["message"]}


MATTERMOST = record_export(
    "mattermost", "Mattermost: bulk export, one JSON object per line", "messages", "type", _mattermost,
    Example(
        '{"type": "post", "post": {"team": "shop", "channel": "incident", "user": "on-call-sre", "message": "ack", "create_at": 1795469361102}}\n'
        '{"type": "post", "post": {"channel": "incident", "user": "commander", "message": "roll back", "create_at": 1795469366102}}',
        ({"at": "2026-11-23T21:29:21.102Z", "author_role": "on-call-sre", "text": "ack"}, {"text": "roll back"}),
    ),
    Example(
        '{"type": "version", "version": 1}\n'
        '{"type": "post", "post": {"channel": "incident", "user": "support", "message": "two\\nlines", "create_at": '
        '1795469400000, "replies": []}}\n'
        '{"type": "post", "post": {"channel": "incident", "user": "support", "message": "", "create_at": 1795469400001}}',
        ({"at": "2026-11-23T21:30:00Z", "author_role": "support", "text": "two\nlines"}, {"author_role": "support"}),
    ),
    Example(
        '{"type": "post", "post": {"channel": "incident", "user": "support", "message": "is it down?", "create_at": 1795469400000, "replies": '
        '[{"user": "sre", "message": "rolling back", "create_at": 1795469410000}]}}',
        ({"text": "is it down?"}, {"at": "2026-11-23T21:30:10Z", "author_role": "sre", "text": "rolling back"}),
    ),
    claims=_is_mattermost,
)  # fmt: skip


def _generic(record: Record) -> Iterator[Row]:
    yield {
        "at": first_value(_TIMES, record),
        "author_role": str(first_value(_AUTHOR, record)),
        "text": str(first_value(_TEXT, record) or ""),
    }


def _is_message(record: Record) -> bool:
    names = {spelling(str(name)) for name in record}
    has_author_and_text = isinstance(first_value(_AUTHOR[:-1], record), str) and bool(names & set(_TEXT))
    return (
        has_author_and_text
        and not names & {*LEVEL_NAMES, *STATUS_NAMES, *KIND_NAMES, *_OF_COMMITS}
        and is_timestamp(first_value(_TIMES, record))
    )


GENERIC = record_export(
    "messages", "Chat messages as CSV or JSON with time, author and text", "messages", "", _generic,
    Example(
        'time,author,text\n2026-01-17T03:02:00Z,on-call SRE,"ack, looking"\n2026-01-17T03:03:00Z,commander,"roll\nback"\n'
        "2026-01-17T03:04:00Z,support,\n",
        ({"at": "2026-01-17T03:02:00Z", "author_role": "on-call SRE", "text": "ack, looking"}, {"text": "roll\nback"}, {"author_role": "support"}),
    ),
    claims=_is_message, general=True,
)  # fmt: skip
