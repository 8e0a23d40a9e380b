"""Exports of chat channels."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from pmkit.sources.model import Example, RecordFormat
from pmkit.sources.sample import Row

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")


def _is_message(record: Row) -> bool:
    return record.get("type") == "message" and bool(re.fullmatch(r"\d{10}\.\d{1,6}", str(record.get("ts"))))


def _rows(record: Row) -> Iterator[Row]:
    profile = record.get("user_profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or record.get("username") or record.get("user")
    text = _LINK.sub(lambda found: found[2] or found[1], str(record.get("text", "")))
    yield {"at": record["ts"], "author_role": name, "text": html.unescape(text)}


SLACK = RecordFormat(
    name="slack",
    title="Slack channel export: a day's messages as JSON",
    table="messages",
    claims=_is_message,
    rows=_rows,
    samples=(
        Example(
            '[{"type": "message", "user": "U1", "text": "ack, 5 &gt; 1", "ts": "1795469361.102961", '
            '"user_profile": {"real_name": "on-call SRE", "display_name": ""}},\n'
            ' {"type": "message", "user": "U2", "text": "see <https://a.example/b|the board>", "ts": "1795469366.103286"}]',
            ({"at": "2026-11-23T21:29:21.102961Z", "author_role": "on-call SRE", "text": "ack, 5 > 1"},
             {"author_role": "U2", "text": "see the board"}),
        ),
    ),
)  # fmt: skip

FORMATS = (SLACK,)
