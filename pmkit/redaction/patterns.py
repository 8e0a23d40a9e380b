"""What must not be published, told by how it looks.

Each kind is an entry of a table, with texts that it has to find and texts that only look like it. The notations are those
that the issuers document. Patterns are for RE2, which takes no longer for a hostile text than for another of its length.
"""

# ruff: noqa: E501 - patterns in one piece
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pmkit.redaction import check_digits
from pmkit.redaction.issuers import TOKENS

When = Literal["always", "public", "option"]

_EMPTY: Final = re.compile(
    r"(?i)[*x.•]{3,}|<[^>]*>?|&lt;.*|\$\{?\w+\}?|%\w+%|\{\{.*|"
    r"\[?(?:redacted|masked|filtered|hidden|removed|none|null|nil|undefined|true|false|empty|n/a)\]?"
)
"""What stands where a secret was, or where none is."""
_NAMES: Final = (
    r"(?:[\w.-]{0,60}(?:passw(?:or)?ds?|passwd|pwd|passphrase|passcode|secret|token|(?:api|access|secret|private|auth|account|signing|"
    r"encryption|shared|storage|service|master|session|license)[ _-]?keys?|credentials?|connection[_-]?string)|(?:[\w.-]{0,60}[_.-])?pass)"
)
_VALUE: Final = (
    r"(?:\\*\"(?P<secret>[^\"\\\n]{4,})\\*\"|'(?P<secret2>[^'\n]{4,})'|"
    r"(?P<secret3>[^\s\"',;&)\]}<>\\”]{3,}[^\s\"',;&)\]}<>\\”.:!?…]))"
)


@dataclass(frozen=True)
class Kind:
    """One kind of what must not be published.

    Attributes
    ----------
    name, title : str
        What a placeholder calls it, and what it is.
    pattern : str
        How it looks, for RE2; its groups `secret…` are what is secret, or else all of it.
    samples, others : tuple of str
        Texts that hold one, and texts that hold none.
    check : callable, optional
        Tells from the text that was found, and from all of the match, whether it is one.
    when : str
        `always`; `public`, in what is for the public; `option`, only where `incident.yaml` asks for it.
    """

    name: str
    title: str
    pattern: str
    samples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    check: Callable[[str, str], bool] | None = None
    when: When = "always"


def filled(text: str, _: str = "") -> bool:
    """Tell whether something stands where a secret would, and no sign that it was taken out."""
    return not _EMPTY.fullmatch(text)


def _value(text: str, whole: str) -> bool:
    """Tell a value from a sentence, such as `the token: expired`: a bare word behind a colon and a space."""
    if not filled(text) or (re.search(r"(?i)\s(?:is|was|to)\s", whole) and not _strong(text, whole)):
        return False
    if re.match(r"(?i)\W?(?:OLD)?PWD\W", whole) and text.startswith(("/", "~")):
        return False  # the folder of a shell
    spoken = re.match(r"\W?[A-Za-z]+:\s+[^\s\"']*$", whole) is not None
    return not (spoken and re.fullmatch(r"[^\W\d_]+(?:[-/][^\W\d_]+)*", text))


def _bearer(text: str, _: str) -> bool:
    return filled(text) and any(sign.isdigit() for sign in text)


def _strong(text: str, _: str) -> bool:
    """Tell a secret from a word: with digits, or with letters in both cases and signs."""
    return filled(text) and any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text)


SECRETS: Final = (
    Kind(
        "private-key", "a private key in PEM or of PuTTY",
        r"(?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\z)|"
        r"PuTTY-User-Key-File-\d:.*?Private-MAC: [0-9a-f]+",
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nMIIE",
         "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 0a1b"),
        ("-----BEGIN CERTIFICATE-----\nMIID", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ),
    Kind(
        "jwt", "a JSON web token", r"\bey[JA-Za-z][\w-]{8,}\.ey[JA-Za-z][\w-]{8,}(?:\.[\w-]*)?|\beyJ[\w-]{20,}\.[\w-]*\.[\w-]{10,}\.[\w-]{20,}\.[\w-]{10,}",
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",),
        ("eyJust.a.word", "key.eyJ.x", "eyelashes.eyebrows"),
        check=lambda text, _: text.startswith("eyJ"),
    ),
    *(Kind(name, f"a key or token of {issuer}", pattern, (sample,)) for name, issuer, pattern, sample in TOKENS),
    Kind(
        "url-password", "a password in a URL",
        r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@\"'<>]{0,200}:(?P<secret>[^\s/@\"'<>]{1,400})@",
        ("postgres://shop:hunter22@db/orders", "redis://:s3cret@cache:6379/0"),
        ("https://host:8443/path", "http://host/a:b@c", "https://user@host/"), check=filled,
    ),
    Kind(
        "url-signature", "a signature or token in a URL",
        r"(?i)[?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|access_token|auth_token|id_token|refresh_token|"
        r"code_verifier|api_?key|key|token|sas|password|secret)=(?P<secret>[^\s&\"'<>#;]{8,})",
        ("GET /b?sv=2024-11-04&sig=k2Fp%2B9zQ1xW8%3D HTTP/1.1", "https://s3.example/o?X-Amz-Signature=0a1b2c3d4e5f6789"),
        ("/search?key=checkout", "/login?token=***", "/a?page=2&sort=name"), check=_strong,
    ),
    Kind(
        "azure-key", "a key of Azure Storage or Service Bus",
        r"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=(?P<secret>[\w+/=%&-]{8,})",
        ("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=a1b2c3d4E5F6g7H8+/==;EndpointSuffix=core",),
        ("AccountKey=***",), check=filled,
    ),
    Kind(
        "authorization", "credentials in a header",
        r"(?i)\b(?:proxy-)?authorization\b\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?:(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)\s+)?"
        r"(?P<secret>[^\s\"',;\\]{6,})|\b[Bb]earer\s+(?P<secret2>[A-Za-z0-9._~+/-]{16,}=*)",
        ("Authorization: Basic c2hvcDpodW50ZXIy", '"authorization": "Bearer abc123def456"', "sent Bearer 0123456789abcdef0123"),
        ("the authorization of the order failed", "bearer of bad news", "Authorization: ***", "Authorization: Bearer",
         "authorization: missing", "bearer authentication_required"),
        check=_bearer,
    ),
    Kind(
        "api-key", "a key or token in a header",
        r"(?i)\bx-(?:[a-z]+-){0,3}(?:key|token|secret|password|signature)\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?P<secret>[^\s\"',;\\\]]{8,})",
        ("X-Api-Key: 0a1b2c3d4e5f6071", '"x-vault-token": "s.a1b2c3d4"', "x-amz-security-token: FwoGZXIvYXdzE12"),
        ("X-Api-Key: missing", "x-csrf-token: ***", "x-request-id: 0a1b2c3d4e5f6071"), check=_strong,
    ),
    Kind(
        "cookie", "a cookie",
        r"(?i)\b(?:set-)?cookies?\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?P<secret>[\w.-]+=[^\s\"'\\;]+(?:;\s*[\w.-]+=[^\s\"';\\]+)*)|"
        r"\b(?:session_?id|sess_?id|jsessionid|phpsessid|connect\.sid|sid|asp\.net_sessionid)=(?P<secret2>[^\s\"';&\\,]{8,})|"
        r"(?i)\bsession\\*[\"']?\s*[:=]\s*\\*[\"']?(?P<secret3>[\w.+/=-]{16,})",
        ("Cookie: session=8f14e45fceea167a; theme=dark", "set-cookie: sid=abc123; Path=/", "PHPSESSID=298zf09hf012fh2"),
        ("the cookie was too large", "cookie: none", "sid=12"), check=filled,
    ),
    Kind(
        "password", "a password or another secret",
        r"(?:^|\s)--?(?:password|passwd|pass|token|secret|api-key|auth-token|access-token|requirepass)(?:\s+|=)[\"']?(?P<secret>[^\s\"'-][^\s\"']{2,})|"
        r"\b(?:curl|wget|http)\b[^\n|]{0,200}\s(?:-u|--user)[ =]?[\"']?[\w.@-]+:(?P<secret2>[^\s\"']{2,})|"
        r"\bmysql(?:dump|admin)?\b[^\n|]{0,200}\s-p(?P<secret3>[^\s\"'-][^\s\"']{3,})|\bsshpass\s+-p\s*[\"']?(?P<secret4>[^\s\"']{3,})|"
        r"\bdocker login\b[^\n|]{0,200}\s-p\s+(?P<secret5>[^\s\"']{3,})|\bredis-cli\b[^\n|]{0,200}\s-a\s+(?P<secret6>[^\s\"']{3,})",
        ("deploy --password hunter22 --dry-run", "curl -s -u admin:hunter22 https://h/", "mysql -h db -ushop -phunter22 orders",
         "redis-cli -h cache -a hunter22 ping"),
        ("--password ***", "mysql -h db -p orders", "curl -u admin https://h/", "--token-file /run/t"), check=filled,
    ),
    Kind(
        "password", "a password or another secret",
        r"(?i:\b(?:identified\s+by|with\s+(?:encrypted\s+)?password|set\s+password\s*(?:for\s+[^\s=]+\s*)?=|\bpassword)\s+(?:password\s*\()?)"
        r"'(?P<secret>[^'\n]{3,})'|\b(?:AUTH|requirepass|masterauth|bindpw)\s+(?:[\w.@-]+\s+)?[\"']?(?P<secret2>[^\s\"']{6,})",
        ("CREATE USER shop IDENTIFIED BY 'hunter22'", "ALTER ROLE shop WITH PASSWORD 'hunter22'", 'AUTH default hunter22x',
         "requirepass hunter22"),
        ("IDENTIFIED BY '***'", "AUTH failed", "auth service restarted", "requirepass disabled"),
        check=lambda text, whole: filled(text) and ("'" in whole or _strong(text, whole)),
    ),
    Kind(
        "password", "a password or another secret",
        r"(?m)(?:^|[\s\"'])[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w-]+:(?P<secret>[^\s:\"']{4,})(?:$|[\s\"'])|\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<secret2>\S{3,})|"
        r"(?P<secret3>\$(?:2[abxy]|argon2id?|apr1|[156]|y)\$[\w./$=,+-]{20,})",
        ("db.internal:5432:orders:shop:hunter22", "machine api.example login shop password hunter22",
         "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"),
        ("10:17:14:200:ok",), check=filled,
    ),
    Kind(
        "password", "a password or another secret",
        r"(?i);\s*(?:password|pwd)\s*=\s*(?P<secret6>[^;\s\"']{3,})|"
        rf"(?i)(?:^|[^\w.-]){_NAMES}(?:[_-]\w{{1,12}})?\\*[\"']?\s*(?:=>|:=|[:=])\s*{_VALUE}|"
        rf"(?i)\b(?:password|passphrase|pin|token|secret)\s+(?:for\s+\S+\s+)?(?:is|was|to)\s+[\"'`]?(?P<secret4>[^\s\"'`,;]{{4,}}[^\s\"'`,;.])|"
        r"(?i)<(?:\w+:)?(?:password|passwd|secret|token|apikey|api-key)>(?P<secret5>[^<\s]{3,})</",
        ("password=hunter22", '{\\"token\\": \\"0a1b2c3d\\"}', "DB_PASSWORD: 'correct horse'", '{"api_key": "0a1b2c3d"}',
         "client_secret=abcd-efgh&x=1", "token=0a1b2c3d4e", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "DB_PASS=hunter22",
         "the password is hunter22", "<password>hunter22</password>", "secrets.yaml: token: a1b2c3d4"),
        ("password=***", "password: <redacted>", "password = ${DB_PASSWORD}", "the token: expired", "tokens=none", "secret=null",
         "password: incorrect", "the password is wrong", "token: invalid-signature", "compass=north-east"),
        check=_value,
    ),
    Kind(
        "card", "a number of a payment card", r"(?:^|[^\w.-])(?P<secret>[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{4}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|3(?:0[0-5]|[68]\d)\d{11})\b",
        ("card 4111 1111 1111 1111 declined", "pan=5555555555554444", "3782 822463 10005"),
        ("order 4111 1111 1111 1112", "4000000000000000", "took 1697040000000000 ns", "trace 4532148803436468a"),
        check=lambda text, _: check_digits.is_card_number(text),
    ),
)  # fmt: skip
"""The kinds of secrets. Of two that begin at one place, the longer counts, and of two as long the first named."""

PERSONAL: Final = (
    Kind(
        "email", "an e-mail address", r"\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", ("mail to ada.byron@example.org failed",),
        ("user@host", "git@", "@app.route"), when="public",
    ),
    Kind(
        "ip", "an address of the internet protocol",
        r"(?:^|[^\w.:])(?P<secret>(?:\[[0-9a-fA-F.:]+\](?::\d+)?|[0-9a-fA-F.:]*(?:[.:][0-9a-fA-F.:]*[0-9a-fA-F]|::))(?:%\w+)?(?:/\d{1,3})?)",
        ("from 10.1.1.7", "peer [2001:db8::1]:443", "fe80::1%eth0", "10.1.1.7:8080 refused", "in 10.1.0.0/16"),
        ("at 10:17:14", "version 1.2.3", "took 1.5 s", "0.0.0.0:80", "ab:cd", "::"),
        check=lambda text, _: check_digits.is_ip_address(text), when="public",
    ),
    Kind(
        "phone", "a telephone number",
        r"(?:^|[^\w.+-])(?P<secret>(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,5}(?:[ ./-]?\d{2,5}){1,5})\b|"
        r"(?:^|[^\w.+-])(?P<secret2>(?:\(\d{3}\)[ -]?|\d{3}[-.])\d{3}[-.]\d{4})\b|\btel:(?P<secret3>\+?\d[\d.-]{6,})",
        ("call +49 170 1234567", "(555) 123-4567 called", "00441632960961", "tel:+1-201-555-0123"),
        ("took 00123 ms", "+5 more", "2026-10-12", "10.250.1.40", "id 1234567890"),
        check=lambda text, _: check_digits.is_phone_number(text), when="public",
    ),
    Kind(
        "national-id", "a national ID",
        r"\b(?:\d{3}-\d{2}-\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[XYZ]?\d{7,8}-?[A-Z]|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}|"
        r"\d{3}\.\d{3}\.\d{3}-\d{2}|[2-9]\d{3} \d{4} \d{4})\b",
        ("ssn 078-05-1120", "NINO AB 12 34 56 C", "DNI 12345678Z", "CPF 529.982.247-25", "Aadhaar 2345 6789 0124"),
        ("build 12345678A", "000-12-3456", "ZZ123456A"),
        check=lambda text, _: check_digits.is_national_id(text), when="option",
    ),
)  # fmt: skip
"""The kinds of personal data."""
