"""Recognises people who are named in prose: addresses, handles, first and full names, initials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pmkit.check.word_lists import FIRST_NAMES, WELL_KNOWN

# What only people do. An initial or a handle is known by it.
_HUMAN_VERB: Final = (
    r"(?:confirm|notic|suggest|ask|join|approv|mention|propos|reali[sz]|volunteer|agre|acknowledg|decid|thank|apologi[sz]|"
    r"tweet|declar|"
    r"wonder|investigat|report|merg|escalat|announc|explain|comment|review|disclos|discover|not|"
    r"submit|recommend|request|determin|diagnos|point|reach|loop|open|post|creat|revert|restart|deploy)(?:s|es|ed|d|"
    r"ted)(?:\s+out|\s+in)?\b|"
    r"(?:says|said|asks|tells|told|thinks|thought|finds|found|tries|tried|writes|wrote|sends|sent|sees|saw|forgets|forgot|"
    r"takes\s+over|took\s+over|"
    r"rolls\s+back|rolled\s+back|hands\s+over|handed\s+over|dials\s+in|dialed\s+in|identifies|identified|acks|acked|pages|"
    r"paged|pings|pinged|"
    r"calls|called|begins|began|is\s+(?:on\s+it|looking|paged|investigating|also\s+looking)|looks\s+into|looked\s+into|"
    r"notifies|notified|checks|checked|"
    r"pushes|pushed|overlooked|missed|fixes|fixed|updates|updated|completes|completed|modified|noted)\b"
)
_ADDRESS: Final = re.compile(r"(?<![\w.@/ª])[^\W_ª][^\Wª]*(?:[.+-][^\Wª]+)*@[\w-]+\.[\w.-]*\w")
# Addresses of a role, a list or a machine.
_ROLE_ADDRESS: Final = re.compile(
    r"^(?:[\w.+-]*(?:team|group|list|announce|alerts?|support|security|abuse|contact|help|helpdesk|info|admin|ops|oncall|"
    r"on-call|sre|noc|soc|"
    r"sponsors?|press|privacy|legal|billing|sales|bounty|status|incidents?|postmaster|hostmaster|webmaster|root|daemon|"
    r"noreply|no-reply|"
    r"feedback|hello|office|service|services|dev|users|discuss|maintainers|committee|board|jobs|accounts?|notifications?|"
    r"bugs|report|root|"
    r"git|moderators?|community|trust|safety|compliance|disclosure|vulnerability|example|user|name|someone)[\w.+-]*)@",
    re.I,
)
_HANDLE: Final = re.compile(
    r"(?<![\w.@/'\"(\[])@([a-z][\w-]{2,}(?:\.[\w-]+)*)(?![\w/(]|\s*=)|(?<=[(\[])@([a-z][\w-]{2,})(?=[\])\s,])", re.I
)
_ROLE_HANDLE: Final = re.compile(
    r"^(?:here|channel|everyone|all|site|transaction(?:al)?|override|deprecated|media|import|include|param|returns?|property|"
    r"test|before|after|"
    r"beforeeach|aftereach|autowired|nullable|bean|latest|next|main|master|head|export|charset|keyframes|font-face|types?|"
    r"babel|angular|"
    r"dataclass|staticmethod|classmethod|pytest|cached|cache|retry|async|component|injectable|entity|inject|schedule[dr]?|app|"
    r"[\w-]*(?:on-?call|team|support|sre|ops|security|admins?|maintainers|engineers|bot|dev|devs|infra|platform|group|leads|"
    r"managers|core))$",
    re.I,
)
_FIRST_NAME: Final = re.compile(r"(?<![\w@./-])[A-Z][a-z]+(?![\w/@]|-[a-z])")
_SURNAME: Final = re.compile(
    r"(?: [A-Z]\.)?(?: (?:van|von|de|der|den|da|di|del|la|le|bin|al))*[ \n][A-Z](?:[\w'-]*[a-z][\w-]*|\.)"
)
_AFTER_NAME: Final = re.compile(
    rf"(?:'s\b|\s*\([^)]*\))?,?\s+(?:then\s+|also\s+|and\s+[A-Z]\w+\s+|had\s+|has\s+|was\s+|is\s+|\w+ly\s+|did\s+|didn't\s+|"
    rf"never\s+)*(?:{_HUMAN_VERB}|\w+(?:ed|s)\b)|'s\b",
    re.I,
)
_BEFORE_NAME: Final = re.compile(
    r"\b(?:by|with|from|to|and|asked|told|paged|pinged|contacted|informed|notified|called|helped|that|when|while|because|"
    r"which|cc|per|via)\s+$",
    re.I,
)
_INITIALS: Final = re.compile(
    rf"(?<![\w@./-])([A-Z]{{2}})(?=(?:\s+(?:then|also|and\s+[A-Z]{{2}})?\s*(?:{_HUMAN_VERB}))|:\s+(?:[a-z]|I\b|we\b))"
)
_HANDLE_VERB: Final = re.compile(
    r"(?:^|(?<=\band\s)|(?<=[.;:]\s)|(?<=\n))([a-z][a-z0-9]*[._-]?[a-z0-9]+)(?=\s+(?:then\s+|also\s+)?(?:confirms|merges|"
    r"says|said|suggests|asks|"
    r"notices|realises|realizes|volunteers|agrees|acknowledges|proposes|approves|joins|thinks|acks|forgets|forgot|overlooked|"
    r"apologises|apologizes)\b)"
)
# Subjects of such verbs that begin a note in lower case and are no handles.
_NO_HANDLE: Final = re.compile(
    r"^(?:we|i|he|she|they|you|it|who|which|that|this|there|then|and|but|also|later|nobody|somebody|someone|everyone|one|"
    r"both|all|others?|"
    r"[\w-]*(?:engineers?|engineering|team|teams|support|sres?|on-?call|operators?|ops|operations|security|commander|"
    r"management|leadership|customers?|users?|clients?|developers?|dev|devs|"
    r"staff|vendor|provider|partners?|monitoring|owners?|reviewers?|admins?|maintainers?|people|members?|community|lead|"
    r"leads|responders?|research\w*|infra|platform|networking|"
    r"company|bank|author|manager|dba|network|database|service|system|client|server|test|tests|script|tool|bot|logs?|data|"
    r"graphs?|it|analysis|investigation|review|inspection|results?|"
    r"dashboards?|metrics?|error|output|message|comment|report|documentation|docs|ticket|page|post|evidence|nothing|"
    r"everything|immediately|quickly|eventually|finally|soon|initially))$"
)
# Lines that name people for their work on the document, or thank them.
_CREDIT: Final = re.compile(
    r"\b(?:authors?|written by|owners?|reviewers?|reviewed by|attendees|participants|responders|contacts?|scribe|editors?|"
    r"prepared by|"
    r"thanks?|thank you|thankful|grateful|gratitude|credits?|kudos|shout-?outs?|props|appreciat\w+|acknowledge?ments?|"
    r"courtesy|honou?r\w*|my name is|"
    r"incident (?:commander|lead|manager)|on behalf of|stepped up|contribut\w+|generous\w*|follow|subscribe|feel free|"
    r"e?-?mail|contact|reach|write to|sincerely|regards)\b",
    re.I,
)


def find_names(text: str, people: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each name of a person, in the order of the text.

    Parameters
    ----------
    text : str
        Prose.
    people : iterable of str, optional
        Names of people in the incident's data.

    Examples
    --------
    >>> text = "RK merged it, and Jane Doe asked ops@shop.example to wait."
    >>> [text[begin:end] for begin, end in find_names(text)]
    ['RK', 'Jane Doe']
    """
    last = 0
    for begin, end in sorted(_candidates(text, people), key=lambda span: (span[0], -span[1])):
        if begin >= last:
            yield begin, end
            last = end


def is_credit(line: str) -> bool:
    """Return whether a line names people as its authors or to thank them."""
    return bool(_CREDIT.search(line))


def _candidates(text: str, people: Iterable[str]) -> Iterator[tuple[int, int]]:
    addresses = (match for match in _ADDRESS.finditer(text) if not _ROLE_ADDRESS.search(match[0]))
    handles = (match for match in _HANDLE.finditer(text) if not _ROLE_HANDLE.search(match[1] or match[2]))
    initials = (match for match in _INITIALS.finditer(text) if match[1] not in WELL_KNOWN)
    users = (match for match in _HANDLE_VERB.finditer(text) if not _NO_HANDLE.search(match[1]))
    yield from (match.span() for match in (*addresses, *handles))
    yield from (match.span(1) for match in (*initials, *users))
    for match in _FIRST_NAME.finditer(text):
        if match[0].casefold() in FIRST_NAMES:
            yield from _person(text, *match.span())
    for name in people:
        yield from _named(text, name)


def _named(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield where a name from the data occurs; a single word may be a service, too, unless it acts as people do."""
    is_clear = not name.isalpha() or name.isupper()
    for match in re.finditer(rf"(?<![\w@./-]){re.escape(name)}(?![\w/@-]|\.\w)", text):
        if is_clear or _is_actor(text, *match.span()):
            yield match.span()


def _is_actor(text: str, begin: int, end: int) -> bool:
    return bool(_AFTER_NAME.match(text, end) or _BEFORE_NAME.search(text[:begin]))


def _person(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where a person is named, if a first name is followed by a surname, or acts as people do."""
    surname = _SURNAME.match(text, end)
    if surname:
        yield begin, surname.end()
    elif _is_actor(text, begin, end):
        yield begin, end
