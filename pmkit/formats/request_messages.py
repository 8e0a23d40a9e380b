"""Requests in the messages of application logs, such as those of Werkzeug, uvicorn and gunicorn."""

from __future__ import annotations

import re
from typing import Final

from pmkit.core import sql
from pmkit.formats.logs.regexes import ADDRESS

# A quoted request with its protocol, and its status. An address of a server right in front is that of a request to another
# service, as urllib3 logs them.
_REQUEST: Final = (
    r"""["'](([A-Za-z_-]{2,20}) [^\s"]+ HTTP/\d(?:\.\d)?)["'][ ,:|-]{1,3}(?:status[=: ]*)?([1-5]\d\d)(?:[\s",;|]|$)"""
)
_OUTGOING: Final = r"""https?://[^\s/"']+/? ["']"""
_CLIENT: Final = rf"^(?:[\w.]+: )?\W*({ADDRESS})(?::\d+)?[\s\],|]"

_REQUEST_PATTERN: Final = re.compile(_REQUEST, re.ASCII)


def is_request(message: str) -> bool:
    """Return whether a message is that of a request.

    Examples
    --------
    >>> is_request('127.0.0.1:51612 - "GET /a HTTP/1.1" 200')
    True
    >>> is_request('http://api.example:80 "GET /a HTTP/1.1" 200 12')
    False
    """
    return _REQUEST_PATTERN.search(message) is not None and not re.search(_OUTGOING, message)


def request_fields(message: str) -> dict[str, str]:
    """Return the SQL of the fields of the request in a message, by word of the vocabulary; null if there is none."""
    is_possible = f"contains({message}, ' HTTP/') AND NOT regexp_matches({message}, {sql.quoted(_OUTGOING)})"

    def group(number: int) -> str:
        return f"CASE WHEN {is_possible} THEN nullif(regexp_extract({message}, {sql.quoted(_REQUEST)}, {number}), '') END"

    client = f"CASE WHEN {group(3)} IS NOT NULL THEN nullif(regexp_extract({message}, {sql.quoted(_CLIENT)}, 1), '') END"
    return {"request": group(1), "status": group(3), "client": client}
