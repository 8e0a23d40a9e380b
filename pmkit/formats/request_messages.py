"""Requests in the messages of application logs, such as those of Werkzeug, uvicorn, gunicorn, Serilog and morgan."""

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

# A message that begins with a method and a path, and has a status after them, and perhaps a duration.
_PLAIN: Final = (
    r"""^(?:\[[^\]]*\]:? )*(?:HTTP )?["']?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["']? ["']?(/[^\s"']*)["']?,? """
    r"""(?:(?:responded|returned|completed|finished)(?: with)? |-+> |=> |- )?(?:status[=: ]*)?([1-5]\d\d)"""
    r"""(?:$|[,;]|(?: OK)?(?: in|,| -|:)? \(?(\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s))\b| )"""
)

_REQUEST_PATTERN: Final = re.compile(_REQUEST, re.ASCII)
_PLAIN_PATTERN: Final = re.compile(_PLAIN, re.ASCII)


def is_request(message: str) -> bool:
    """Return whether a message is that of a request.

    Examples
    --------
    >>> is_request('127.0.0.1:51612 - "GET /a HTTP/1.1" 200')
    True
    >>> is_request('http://api.example:80 "GET /a HTTP/1.1" 200 12')
    False
    >>> is_request('HTTP "GET" "/a" responded 200 in 12.3 ms')
    True
    """
    if _PLAIN_PATTERN.match(message):
        return True
    return _REQUEST_PATTERN.search(message) is not None and not re.search(_OUTGOING, message)


def request_fields(message: str) -> dict[str, str]:
    """Return the SQL of the fields of the request in a message, by word of the vocabulary; null if there is none."""
    is_possible = f"contains({message}, ' HTTP/') AND NOT regexp_matches({message}, {sql.quoted(_OUTGOING)})"

    def group(number: int) -> str:
        return f"CASE WHEN {is_possible} THEN nullif(regexp_extract({message}, {sql.quoted(_REQUEST)}, {number}), '') END"

    client = f"CASE WHEN {group(3)} IS NOT NULL THEN nullif(regexp_extract({message}, {sql.quoted(_CLIENT)}, 1), '') END"

    def plain(number: int) -> str:
        return f"nullif(regexp_extract({message}, {sql.quoted(_PLAIN)}, {number}), '')"

    return {
        "request": f"coalesce({group(1)}, {plain(1)} || ' ' || {plain(2)})",
        "status": f"coalesce({group(3)}, {plain(3)})",
        "client": client,
        "duration": plain(4),
    }
