"""The kinds of secrets and personal data, recognised by their form.

Each kind is an entry in a table, with texts in which it must be found and false positives in which it must not. The notations are
those that the issuers document. Patterns are for RE2, whose time grows linearly with the length of a text, hostile or not.
"""

# ruff: noqa: E501 - patterns in one piece
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pmkit.redaction import check_digits
from pmkit.redaction.issuers import TOKENS
from pmkit.redaction.places import PLACES

When = Literal["always", "public", "option"]

# What texts contain in place of a secret that was removed or is missing.
_EMPTY: Final = re.compile(
    r"(?i)[*x.•]{3,}|<[^>]*>?|&lt;.*|\$\{?[\w.:-]+\}?|%\w+%|\{\{.*|"
    r"\[?(?:redacted|masked|filtered|hidden|removed|none|null|nil|undefined|true|false|empty|missing|unset|absent|required|env|n/a)\]?"
)
# A call or another expression of a program, whose result is the secret.
_CODE: Final = re.compile(r"(?:function|new|await)\b.*|[A-Za-z_$][\w.$]*\(\).*|(?:os|process|config|env)\.[\w.\[]+\(?")
_KEY_NAMES: Final = (
    r"(?:[\w.-]{0,60}(?:passw(?:or)?ds?|passwd|pwd|passphrase|passcode|secrete?|token|(?:api|access|secret|private|auth|account|signing|"
    r"encryption|shared|storage|service|master|session|license)[ _-]?keys?|credentials?|connection[_-]?string)|(?:[\w.-]{0,60}[_.-])?pass)"
)
_VALUE: Final = (
    r"(?:@?\"(?P<secret>(?:[^\"\\\n]|\\.){3,})\"|\\+\"(?P<secret7>[^\"\n]{3,}?)\\+\"|'(?P<secret2>[^'\n]{3,})'|`(?P<secret8>[^`\n]{3,})`|"
    r"(?P<secret3>(?:[^\s\"',;&)\]}<>\\”`]|[)\]}>][^\s\"',;&<\\”`]){2,}[^\s\"',;&)\]}<>\\”`.:?…]))"
)


@dataclass(frozen=True)
class SensitiveData:
    """One kind of secret or personal data.

    Attributes
    ----------
    name, title : str
        The name in placeholders, and a title for people.
    pattern : str
        A regular expression for RE2. The groups `secret…` are the secret, or else the whole match.
    samples, false_positives : tuple of str
        Texts that contain one, and texts that only look as if they did.
    check : callable, optional
        Returns whether it really is one, from the secret and the whole match.
    when : str
        `always`; `public`, only in public documents; `option`, only where `incident.yaml` asks for it.
    """

    name: str
    title: str
    pattern: str
    samples: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    check: Callable[[str, str], bool] | None = None
    when: When = "always"


def _is_present(text: str, _: str = "") -> bool:
    """Return whether a text is a value, and not a mark that the value was removed."""
    return not _EMPTY.fullmatch(text)


def _is_value(text: str, whole: str) -> bool:
    """Return whether a text is a value, and not a word of a sentence such as `the token: expired`."""
    if not _is_present(text) or (re.search(r"(?i)\s(?:is|was|to)\s", whole) and not _has_letters_and_digits(text, whole)):
        return False
    if not whole.endswith(('"', "'", "`")) and _CODE.fullmatch(text):
        return False
    # A name such as `password_file` tells where the secret is, and `token-service:8080` is a host.
    if re.search(r"(?i)[_-](?:file|path|dir|url|uri)\W", whole) and text.startswith("/"):
        return False
    if re.fullmatch(r"\W?[\w.]*-[\w.-]*:\d{2,5}", whole):
        return False
    # PWD is also the working directory of a shell.
    if re.match(r"(?i)\W?(?:OLD)?PWD\W", whole) and text.startswith(("/", "~")):
        return False
    word_after_colon = re.match(r"\W?[A-Za-z]+:\s+[^\s\"']*$", whole) is not None
    return not (word_after_colon and re.fullmatch(r"[^\W\d_]+(?:[-/][^\W\d_]+)*", text))


def _has_digit(text: str, _: str) -> bool:
    return _is_present(text) and any(character.isdigit() for character in text)


def _has_letters_and_digits(text: str, _: str) -> bool:
    """Return whether a text mixes letters and digits, as words seldom do."""
    return _is_present(text) and any(character.isdigit() for character in text) and any(character.isalpha() for character in text)


def _anywhere(pattern: str) -> str:
    """Return the pattern of a token that is also found behind a letter, if its prefix is distinctive."""
    return re.sub(r"\\b(?=(?:[A-Za-z0-9]|\[[^\]]+\]|\(\?:[^()]*\)){2,}[_-])", "", pattern)


# The kinds of secrets. Of two hits that begin at the same place, the longer wins; of two equally long, the first listed.
SECRETS: Final = (
    SensitiveData(
        "private-key", "a private key in PEM or of PuTTY",
        r"(?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\z)|"
        r"PuTTY-User-Key-File-\d:.*?Private-MAC: [0-9a-f]+",
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nMIIE",
         "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 0a1b"),
        ("-----BEGIN CERTIFICATE-----\nMIID", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ),
    SensitiveData(
        "jwt", "a JSON web token", r"\bey[JA-Za-z][\w-]{8,}\.ey[JA-Za-z][\w-]{8,}(?:\.[\w-]*)?|\beyJ[\w-]{20,}\.[\w-]*\.[\w-]{10,}\.[\w-]{20,}\.[\w-]{10,}",
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",),
        ("eyJust.a.word", "key.eyJ.x", "eyelashes.eyebrows"),
        check=lambda text, _: text.startswith("eyJ"),
    ),
    *(SensitiveData(name, f"a key or token of {issuer}", _anywhere(pattern), (sample,)) for name, issuer, pattern, sample in TOKENS),
    SensitiveData(
        "url-password", "a password in a URL",
        r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@\"'<>]{0,200}:(?P<secret>[^\s/@\"'<>]{1,400})@",
        ("postgres://shop:hunter22@db/orders", "redis://:s3cret@cache:6379/0"),
        ("https://host:8443/path", "http://host/a:b@c", "https://user@host/"), check=_is_present,
    ),
    SensitiveData(
        "url-signature", "a signature or token in a URL",
        r"(?i)[?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|access_token|auth_token|id_token|refresh_token|"
        r"code_verifier|api_?key|key|token|sas|password|secret)=(?P<secret>[^\s&\"'<>#;]{8,})",
        ("GET /b?sv=2024-11-04&sig=k2Fp%2B9zQ1xW8%3D HTTP/1.1", "https://s3.example/o?X-Amz-Signature=0a1b2c3d4e5f6789"),
        ("/search?key=checkout", "/login?token=***", "/a?page=2&sort=name"), check=_has_letters_and_digits,
    ),
    SensitiveData(
        "azure-key", "a key of Azure Storage or Service Bus",
        r"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=(?P<secret>[\w+/=%&-]{8,})",
        ("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=a1b2c3d4E5F6g7H8+/==;EndpointSuffix=core",),
        ("AccountKey=***",), check=_is_present,
    ),
    SensitiveData(
        "authorization", "credentials in a header",
        r"(?i)\b(?:proxy-)?authorization\b\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?:(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)\s+)?"
        r"(?P<secret>[^\s\"',;\\]{6,})|\b[Bb]earer\s+(?P<secret2>[A-Za-z0-9._~+/-]{16,}=*)",
        ("Authorization: Basic c2hvcDpodW50ZXIy", '"authorization": "Bearer abc123def456"', "sent Bearer 0123456789abcdef0123"),
        ("the authorization of the order failed", "bearer of bad news", "Authorization: ***", "Authorization: Bearer",
         "authorization: missing", "bearer authentication_required"),
        check=_has_digit,
    ),
    SensitiveData(
        "api-key", "a key or token in a header",
        r"(?i)\bx-(?:[a-z]+-){0,3}(?:key|token|secret|password|signature)\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?P<secret>[^\s\"',;\\\]]{8,})",
        ("X-Api-Key: 0a1b2c3d4e5f6071", '"x-vault-token": "s.a1b2c3d4"', "x-amz-security-token: FwoGZXIvYXdzE12"),
        ("X-Api-Key: missing", "x-csrf-token: ***", "x-request-id: 0a1b2c3d4e5f6071"), check=_has_letters_and_digits,
    ),
    SensitiveData(
        "cookie", "a cookie",
        r"(?i)\b(?:set-)?cookies?\\*[\"']?\s*[:=]\s*\\*[\"'\[]*(?P<secret>[\w.-]+=[^\s\"'\\;]+(?:;\s*[\w.-]+=[^\s\"';\\]+)*)|"
        r"\b(?:session_?id|sess_?id|jsessionid|phpsessid|connect\.sid|sid|asp\.net_sessionid)=(?P<secret2>[^\s\"';&\\,]{8,})|"
        r"(?i)\bsession\\*[\"']?\s*[:=]\s*\\*[\"']?(?P<secret3>[\w.+/=-]{16,})",
        ("Cookie: session=8f14e45fceea167a; theme=dark", "set-cookie: sid=abc123; Path=/", "PHPSESSID=298zf09hf012fh2"),
        ("the cookie was too large", "cookie: none", "sid=12", "Sid=S-1-5-21-8106951425"),
        check=lambda text, _: _is_present(text) and not text.startswith("S-1-"),
    ),
    SensitiveData(
        "password", "a password or another secret",
        r"(?:^|\s)--?(?:password|passwd|pass|token|secret|api-key|auth-token|access-token|requirepass)(?:\s+|=)[\"']?(?P<secret>[^\s\"'-][^\s\"']{2,})|"
        r"\b(?:curl|wget|http)\b[^\n|]{0,200}\s(?:-u|--user)[ =]?[\"']?[\w.@-]+:(?P<secret2>[^\s\"']{2,})|"
        r"\bmysql(?:dump|admin)?\b[^\n|]{0,200}\s-p(?P<secret3>[^\s\"'-][^\s\"']{3,})|\bsshpass\s+-p\s*[\"']?(?P<secret4>[^\s\"']{3,})|"
        r"\bdocker login\b[^\n|]{0,200}\s-p\s+(?P<secret5>[^\s\"']{3,})|\bredis-cli\b[^\n|]{0,200}\s-a\s+(?P<secret6>[^\s\"']{3,})",
        ("deploy --password hunter22 --dry-run", "curl -s -u admin:hunter22 https://h/", "mysql -h db -ushop -phunter22 orders",
         "redis-cli -h cache -a hunter22 ping"),
        ("--password ***", "mysql -h db -p orders", "curl -u admin https://h/", "--token-file /run/t"), check=_is_present,
    ),
    SensitiveData(
        "password", "a password or another secret",
        r"(?i:\b(?:identified\s+by|with\s+(?:encrypted\s+)?password|set\s+password\s*(?:for\s+[^\s=]+\s*)?=|\bpassword)\s+(?:password\s*\()?)"
        r"'(?P<secret>[^'\n]{3,})'|\b(?:AUTH|requirepass|masterauth|bindpw)\s+(?:[\w.@-]+\s+)?[\"']?(?P<secret2>[^\s\"']{6,})",
        ("CREATE USER shop IDENTIFIED BY 'hunter22'", "ALTER ROLE shop WITH PASSWORD 'hunter22'", 'AUTH default hunter22x',
         "requirepass hunter22"),
        ("IDENTIFIED BY '***'", "AUTH failed", "auth service restarted", "requirepass disabled"),
        check=lambda text, whole: _is_present(text) and ("'" in whole or _has_letters_and_digits(text, whole)),
    ),
    SensitiveData(
        "password", "a password or another secret",
        r"(?m)(?:^|[\s\"'])[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w-]+:(?P<secret>[^\s:\"']{4,})(?:$|[\s\"'])|\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<secret2>\S{3,})|"
        r"(?P<secret3>\$(?:2[abxy]|argon2id?|apr1|[156]|y)\$[\w./$=,+-]{20,})",
        ("db.internal:5432:orders:shop:hunter22", "machine api.example login shop password hunter22",
         "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"),
        ("10:17:14:200:ok",), check=_is_present,
    ),
    SensitiveData(
        "password", "a password or another secret",
        r"(?i);\s*(?:password|pwd)\s*=\s*(?P<secret6>[^;\s\"']{3,})|"
        rf"(?i)(?:^|[^\w.-]){_KEY_NAMES}(?:[_-]\w{{1,12}})?(?:\[\d*\])?\\*[\"']?\s*(?:=>|:=|[:=])\s*{_VALUE}|"
        rf"(?i)(?:^|[^\w.-]){_KEY_NAMES}(?:[_-]\w{{1,12}})?\s*(?:[!=]==?\s*|(?:\.assign)?\(\s*)(?:\"(?P<compared>[^\"\n]{{3,}})\"|'(?P<comparedb>[^'\n]{{3,}})')|"
        rf"(?i)(?:^|[^\w.-]){_KEY_NAMES}\s+(?:\"(?P<directive>[^\"\n]{{3,}})\"|'(?P<directiveb>[^'\n]{{3,}})')\s*;|"
        rf"(?i)(?:\"(?P<comparing>[^\"\n]{{3,}})\"|'(?P<comparingb>[^'\n]{{3,}})')\s*[!=]==?\s*{_KEY_NAMES}(?:[_-]\w{{1,12}})?\b|"
        rf"(?i)\b(?:password|passphrase|pin|token|secret)\s+(?:for\s+\S+\s+)?(?:is|was|to)\s+[\"'`]?(?P<secret4>[^\s\"'`,;]{{4,}}[^\s\"'`,;.])|"
        r"(?i)<(?:\w+:)?(?:password|passwd|secret|token|apikey|api-key)>(?P<secret5>[^<\s]{3,})</",
        ("password=hunter22", '{\\"token\\": \\"0a1b2c3d\\"}', "DB_PASSWORD: 'correct horse'", '{"api_key": "0a1b2c3d"}',
         "client_secret=abcd-efgh&x=1", "token=0a1b2c3d4e", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "DB_PASS=hunter22",
         "the password is hunter22", "<password>hunter22</password>", "secrets.yaml: token: a1b2c3d4"),
        ("password=***", "password: <redacted>", "password = ${DB_PASSWORD}", "the token: expired", "tokens=none", "secret=null",
         "password: incorrect", "the password is wrong", "token: invalid-signature", "compass=north-east"),
        check=_is_value,
    ),
    *(SensitiveData("password", "a password or another secret", *place, check=_is_present) for place in PLACES),
    SensitiveData(
        "card", "a number of a payment card", r"(?:^|[^\w.-])(?P<secret>[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{4}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|3(?:0[0-5]|[68]\d)\d{11})\b",
        ("card 4111 1111 1111 1111 declined", "pan=5555555555554444", "3782 822463 10005"),
        ("order 4111 1111 1111 1112", "4000000000000000", "took 1697040000000000 ns", "trace 4532148803436468a"),
        check=lambda text, _: check_digits.is_card_number(text),
    ),
)  # fmt: skip

# The kinds of personal data.
PERSONAL: Final = (
    SensitiveData(
        "email", "an e-mail address", r"\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", ("mail to ada.byron@example.org failed",),
        ("user@host", "git@", "@app.route"), when="public",
    ),
    SensitiveData(
        "ip", "an address of the internet protocol",
        r"(?:^|[^\w.:])(?P<secret>(?:\[[0-9a-fA-F.:]+\](?::\d+)?|[0-9a-fA-F.:]*(?:[.:][0-9a-fA-F.:]*[0-9a-fA-F]|::))(?:%\w+)?(?:/\d{1,3})?)",
        ("from 10.1.1.7", "peer [2001:db8::1]:443", "fe80::1%eth0", "10.1.1.7:8080 refused", "in 10.1.0.0/16"),
        ("at 10:17:14", "version 1.2.3", "took 1.5 s", "0.0.0.0:80", "ab:cd", "::"),
        check=lambda text, _: check_digits.is_ip_address(text), when="public",
    ),
    SensitiveData(
        "phone", "a telephone number",
        r"(?:^|[^\w.+-])(?P<secret>(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,5}(?:[ ./-]?\d{2,5}){1,5})\b|"
        r"(?:^|[^\w.+-])(?P<secret2>(?:\(\d{3}\)[ -]?|\d{3}[-.])\d{3}[-.]\d{4})\b|\btel:(?P<secret3>\+?\d[\d.-]{6,})",
        ("call +49 170 1234567", "(555) 123-4567 called", "00441632960961", "tel:+1-201-555-0123"),
        ("took 00123 ms", "+5 more", "2026-10-12", "10.250.1.40", "id 1234567890"),
        check=lambda text, _: check_digits.is_phone_number(text), when="public",
    ),
    SensitiveData(
        "national-id", "a national ID",
        r"\b(?:\d{3}-\d{2}-\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[XYZ]?\d{7,8}-?[A-Z]|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}|"
        r"\d{3}\.\d{3}\.\d{3}-\d{2}|[2-9]\d{3} \d{4} \d{4})\b",
        ("ssn 078-05-1120", "NINO AB 12 34 56 C", "DNI 12345678Z", "CPF 529.982.247-25", "Aadhaar 2345 6789 0124"),
        ("build 12345678A", "000-12-3456", "ZZ123456A"),
        check=lambda text, _: check_digits.is_national_id(text), when="option",
    ),
)  # fmt: skip
