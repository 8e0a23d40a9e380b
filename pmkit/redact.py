"""What must not be published: secrets, told by how they look.

Each rule is an entry of a table, with texts that it has to find and texts that only look like it. The notations of
tokens are those that their issuers document.
"""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, NamedTuple

import pandas as pd

_WORTH: Final = re.compile(
    r"(?i)PRIVATE KEY|eyJ|A(?:KI|SI|ID|RO|GP|NP|BI|CC)A|gh[opusr]_|github_pat|gl(?:pat|dt|rt|ptt|cbt|soat)-|xox|xapp|"
    r"hooks\.slack|AIza|ya29|[sr]k_|whsec|npm_|pypi-|sk-|hv[sbr]\.|SG\.|do[opr]_v1|shp|dapi|key|glsa|NRAK|lin_api|hf_|://|"
    r"authorization|bearer|cookie|passw|pwd|secret|token|passphrase|credential"
)
"""A text in which none of this stands holds no secret."""
_EMPTY: Final = re.compile(
    r"(?i)[*x.•]{3,}|<[^>]*>?|\$\{?\w+\}?|\{\{.*|\[?(?:redacted|masked|filtered|hidden|removed|none|null|nil|true|false|empty)\]?"
)
"""What stands where a secret was, or where none is."""
_NAMES: Final = (
    r"(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|"
    r"auth[_-]?key|account[_-]?key|credentials?)"
)


@dataclass(frozen=True)
class Secret:
    """One kind of secret.

    Attributes
    ----------
    name, title : str
        What a placeholder calls it, and what it is.
    pattern : Pattern
        How it looks; its group `secret` is what is secret, or else all of it.
    samples, others : tuple of str
        Texts that hold one, and texts that hold none.
    """

    name: str
    title: str
    pattern: re.Pattern[str]
    samples: tuple[str, ...]
    others: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A secret in a text: its kind, and from where to where it stands."""

    name: str
    start: int
    end: int


def _kind(name: str, title: str, pattern: str, *samples: str, others: tuple[str, ...] = ()) -> Secret:
    return Secret(name, title, re.compile(pattern), samples, others)


SECRETS: Final = (
    _kind(
        "private-key", "a private key in PEM",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
        r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z)",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nMIIE",
        others=("-----BEGIN CERTIFICATE-----\nMIID", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ),
    _kind(
        "jwt", "a JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        others=("eyJust.a.word", "key.eyJ.x"),
    ),
    _kind(
        "aws-key", "an access key of AWS", r"\b(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ABIA|ACCA)[A-Z2-7]{16}\b",
        "key AKIAIOSFODNN7EXAMPLE is", others=("AKIA", "TRAKIAIOSFODNN7EXAMPLE0"),
    ),
    _kind(
        "github-token", "a token of GitHub", r"\b(?:gh[opusr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b",
        f"ghp_{'a1B2' * 9}", f"github_pat_{'a1B2' * 8}", others=("ghp_short",),
    ),
    _kind("gitlab-token", "a token of GitLab", r"\bgl(?:pat|dt|rt|ptt|cbt|soat)-[A-Za-z0-9_-]{20,}", f"glpat-{'a1B2' * 5}"),
    _kind(
        "slack-token", "a token or webhook of Slack",
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}|https://hooks\.slack\.com/(?:services|workflows)/[\w/]+",
        "xoxb-123456789012-abcdefABCDEF", "https://hooks.slack.com/services/T000/B000/XXXX", others=("xoxo-love",),
    ),
    _kind(
        "google-key", "an API key or token of Google", r"\bAIza[0-9A-Za-z_-]{35}|\bya29\.[0-9A-Za-z_-]{20,}",
        f"AIza{'Sy1-_' * 7}", f"ya29.{'a0Af' * 6}", others=("AIzabc",),
    ),
    _kind(
        "stripe-key", "a key of Stripe", r"\b(?:[sr]k_(?:live|test)|whsec)_[0-9A-Za-z]{16,}",
        f"sk_live_{'4eC39' * 4}", others=("sk_live_", "pk_live_is_public_by_design"),
    ),
    _kind(
        "service-token", "a token of a service that marks its tokens",
        r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}|hv[sbr]\.[\w-]{24,}|"
        r"SG\.[\w-]{22}\.[\w-]{43}|do[opr]_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-f]{32}|dapi[0-9a-f]{32}|"
        r"key-[0-9a-f]{32}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|NRAK-[A-Z0-9]{27}|lin_api_[A-Za-z0-9]{40}|hf_[A-Za-z]{34})\b",
        f"npm_{'a1B2' * 9}", f"hvs.{'CAES' * 7}", f"sk-proj-{'a1B2' * 10}", f"glsa_{'a1B2' * 8}_0123abcd",
        others=("npm_config_registry", "sk-learn is a library"),
    ),
    _kind(
        "url-password", "a password in a URL", r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@\"'<>]{0,200}:(?P<secret>[^\s/@\"'<>]{1,400})@",
        "postgres://shop:hunter22@db/orders", "redis://:s3cret@cache:6379/0",
        others=("https://host:8443/path", "http://host/a:b@c", "https://user@host/"),
    ),
    _kind(
        "authorization", "credentials in a header",
        r"(?i)\bauthorization\b[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?(?P<secret>[^\s\"',;]{6,})|"
        r"\b[Bb]earer\s+(?P<secret2>(?=[A-Za-z._~+/-]*\d)[A-Za-z0-9._~+/-]{16,}=*)",
        "Authorization: Basic c2hvcDpodW50ZXIy", '"authorization": "Bearer abc123def456"', "sent Bearer 0123456789abcdef0123",
        others=("the authorization of the order failed", "bearer of bad news", "Authorization: ***"),
    ),
    _kind(
        "cookie", "a cookie",
        r"(?i)\b(?:set-)?cookie[\"']?\s*[:=]\s*[\"']?(?P<secret>[\w.-]+=[^\s\"']+(?:;\s*[\w.-]+=[^\s\"';]+)*)",
        "Cookie: session=8f14e45fceea167a; theme=dark", "set-cookie: sid=abc123; Path=/",
        others=("the cookie was too large", "cookie: none"),
    ),
    _kind(
        "password", "a secret behind its name",
        rf"(?i)(?<![a-z]){_NAMES}\\*[\"']?\s*(?:=>|:=|[:=])\s*"
        r"(?:\\*\"(?P<secret>[^\"\\\n]{4,})\\*\"|'(?P<secret2>[^'\n]{4,})'|(?P<secret3>[^\s\"',;&)\]}<>\\”]{3,}[^\s\"',;&)\]}<>\\”.:!?…]))",
        "password=hunter22",
        '{\\"token\\": \\"0a1b2c3d\\"}', "DB_PASSWORD: 'correct horse'", '{"api_key": "0a1b2c3d"}', "client_secret=abcd-efgh&x=1",
        "token=0a1b2c3d4e",
        others=("password=***", "password: <redacted>", "password = ${DB_PASSWORD}", "the token: expired", "tokens=none",
                "secret=null"),
    ),
)  # fmt: skip
"""The kinds of secrets. Of two that begin at one place, the first named counts."""


TITLES: Final = {kind.name: kind.title for kind in SECRETS}
"""What each is, by its name."""
_PLACEHOLDER: Final = re.compile(rf"<({'|'.join(TITLES)}):([0-9a-f]{{4}})>")


def secrets(text: str) -> Iterator[Hit]:
    """Find the secrets in a text, in order.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> [(hit.name, "key AKIAIOSFODNN7EXAMPLE"[hit.start : hit.end]) for hit in secrets("key AKIAIOSFODNN7EXAMPLE")]
    [('aws-key', 'AKIAIOSFODNN7EXAMPLE')]
    """
    end = 0
    for hit in sorted((hit for kind in SECRETS for hit in _hits(kind, text)), key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= end:
            yield hit
            end = hit.end


def hidden(text: str, key: str) -> str:
    """Replace the secrets in a text by placeholders, such as `<password:3f2a>`.

    Parameters
    ----------
    text : str
        Any text.
    key : str
        Equal secrets have equal placeholders as long as it is the same. Four digits do not tell which secret it was: of
        those that one may try, each 65,536th has the same.

    Examples
    --------
    >>> hidden("password=hunter22 for both, password=hunter22", "INC-1")
    'password=<password:e484> for both, password=<password:e484>'
    """
    if not _WORTH.search(text):
        return text
    told, end = [], 0
    for hit in secrets(text):
        mark = hmac.new(key.encode(), text[hit.start : hit.end].encode(), "sha256").hexdigest()[:4]
        told += [text[end : hit.start], f"<{hit.name}:{mark}>"]
        end = hit.end
    return "".join([*told, text[end:]])


def without_secrets(value: Any, key: str) -> Any:
    """Replace the secrets in all texts of a value: of frames, of frozen findings, of what they hold; others are as they were.

    Parameters
    ----------
    value : object
        Text, DataFrame, dataclass, part of `incident.yaml`, dict, list or tuple, and anything else, which is returned as
        it is.
    key : str
        As in `hidden`.
    """
    if isinstance(value, str):
        return hidden(value, key)
    if isinstance(value, pd.DataFrame):
        texts = value.select_dtypes(include=["object", "string"]).columns
        return value.assign(
            **{str(name): value[name].map(lambda one: without_secrets(one, key)).astype(value[name].dtype) for name in texts}
        )
    if hasattr(value, "model_copy"):  # a part of `incident.yaml`
        return value.model_copy(update={name: without_secrets(one, key) for name, one in value})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: without_secrets(getattr(value, one.name), key) for one in fields(value) if one.init})
    return _collected(value, key)


def _collected(value: Any, key: str) -> Any:
    """Replace the secrets in what a dict, list or tuple holds."""
    if isinstance(value, dict):
        return {name: without_secrets(one, key) for name, one in value.items()}
    if isinstance(value, list | tuple):
        told = [without_secrets(one, key) for one in value]
        return value._make(told) if hasattr(value, "_make") else type(value)(told)
    return value


def _hits(kind: Secret, text: str) -> Iterator[Hit]:
    for found in kind.pattern.finditer(text):
        group = next((name for name, value in found.groupdict().items() if value is not None), 0)
        if not _EMPTY.fullmatch(found[group]) and not (kind.name == "password" and _is_prose(found, str(group))):
            yield Hit(kind.name, *found.span(group))


def _is_prose(found: re.Match[str], group: str) -> bool:
    """Tell a sentence, such as `the token: expired`, from a value: a bare word behind a colon and a space."""
    return group == "secret3" and ": " in found[0] and found[group].rstrip(".").isalpha()


def placeholders(text: str) -> Counter[str]:
    """Count the different placeholders in a text, by the kind of the secret."""
    return Counter(name for name, _ in set(_PLACEHOLDER.findall(text)))
