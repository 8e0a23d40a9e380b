"""Places in which a password or another secret stands without a key beside it: commands, statements, markup and sentences.

A row is a pattern for RE2 whose groups `secret…` are the secret, texts in which it must be found, and texts in which it must not.
The grammar of each place is that of the tool's manual.
"""

# ruff: noqa: E501 - patterns in one piece
from __future__ import annotations

from typing import Final

# The name of a setting that is secret, in markup and in lists of names and values.
_NAME: Final = (
    r"[\w.-]{0,60}(?:passw(?:or)?d|passwd|pwd|passphrase|passcode|secret|token|(?:api|access|secret|private|auth|account|signing|encryption|"
    r"shared|storage|service|master|session|license)[ _-]?key|credentials?)[\w.-]{0,20}|pw|pass"
)
# A word of a command, with or without quotes.
_WORD: Final = r"(?:\"(?P<{0}>[^\"\n]{{3,}})\"|'(?P<{0}b>[^'\n]{{3,}})'|(?P<{0}c>[^\s\"'|;&<>]{{3,}}))"


def _word(group: str) -> str:
    return _WORD.format(group)


PLACES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    # commands
    (
        rf"\b(?:sqlplus|impdp|expdp|imp|exp|rman|sqlldr)\s+[^\n]{{0,60}}?\b[\w.-]+/(?P<oracle>[^\s@/\"']{{3,}})@|"
        rf"\bldap(?:search|modify|add|delete|passwd|whoami)\b[^\n|]{{0,200}}?\s-w\s+{_word('ldap')}|"
        rf"\bzip\b[^\n|]{{0,100}}?\s(?:-P|--password)\s*{_word('zip')}|\b7z\w?\b[^\n|]{{0,100}}?\s-p(?P<seven>[^\s\"']{{3,}})|"
        rf"\bgpg2?\b[^\n|]{{0,200}}?\s--passphrase[ =]{_word('gpg')}|"
        rf"\s-(?:src|dest|new)?(?:storepass|keypass)(?:\s+|=){_word('keytool')}|\s-pass(?:in|out)\s+pass:(?P<openssl>[^\s\"']{{3,}})|"
        rf"\bpsexec\b[^\n|]{{0,200}}?\s-p\s+{_word('psexec')}|\bsnmp\w+\b[^\n|]{{0,200}}?\s-[AX]\s+{_word('snmp')}|"
        rf"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+{_word('htpasswd')}|\becho\s+-?\w{{0,2}}\s*[\"']?[\w.-]+:(?P<chpasswd>[^\"'\n|]{{3,}}?)[\"']?\s*\|\s*(?:sudo\s+)?chpasswd|"
        rf"(?i:\bnet\s+use)\s+\S+(?:\s+\\+\S+)?\s+(?P<netuse>[^\s/*\"'\\][^\s\"']{{2,}})\s+/user:|\b(?:docker|podman|helm registry|az|skopeo)\s+login\b[^\n|]{{0,200}}?\s-p\s+{_word('docker')}|"
        rf"\bmysql(?:dump|admin|import|sh)?\b[^\n|]{{0,200}}?\s-p{_word('mysql')}|\bredis-cli\b[^\n|]{{0,200}}?\s(?:-a|--pass)\s+{_word('redis')}|"
        rf"\bsshpass\s+-p\s*{_word('sshpass')}|\b(?:smbclient|mount\.cifs)\b[^\n|]{{0,200}}?\s-U\s+[\"']?[\w\\.-]+%(?P<smb>[^\s\"']{{3,}})",
        ("sqlplus shop/hunter22@//db:1521/ORCL", "ldapsearch -x -D cn=admin -w hunter22 -b dc=shop", "zip -P hunter22 out.zip in.csv",
         "keytool -list -keystore k.jks -storepass hunter22", "htpasswd -bc .htpasswd ada hunter22", "echo 'root:hunter22' | chpasswd",
         "snmpwalk -v3 -u ops -A hunter22 -l authPriv h", "docker login -u ci -p hunter22! registry.example.org"),
        ("zip -r out.zip in", "htpasswd -c .htpasswd ada", "net use Z: /delete", "docker login -u ci registry.example.org", "snmpwalk -v2c -c public h"),
    ),
    # statements and protocols
    (
        r"(?i:\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)|\bpassword\s*=?)\s*(?:password\s*\()?N?'(?P<statement>[^'\n]{3,})'|"
        r"(?i:\binsert\s+into\s+\S+\s*\([^)\n]{0,200}\bpassw(?:or)?d\s*\)\s*values\s*\([^\n]{0,300}?)'(?P<insert>[^'\n]{3,})'\s*\)|"
        r"\"AUTH\"(?:\s+\"[^\"\n]*\")?\s+\"(?P<auth>[^\"\n]{3,})\"|(?i:\bACL\s+SETUSER)\s+\S+[^\n]{0,80}?\s>(?P<acl>\S{3,})|"
        r"\b\w{1,8}\s+LOGIN\s+\S+\s+\"(?P<imap>[^\"\n]{3,})\"|(?:^|\s)PASS\s+(?P<pop>[^\s,;:]{4,})$|\bauth\s*=\s*\(\s*[\"'][^\"'\n]*[\"']\s*,\s*[\"'](?P<pair>[^\"'\n]{3,})[\"']",
        ("ALTER USER 'shop'@'%' IDENTIFIED WITH mysql_native_password BY 'hunter22'", "CREATE LOGIN shop WITH PASSWORD = N'hunter22'",
         "INSERT INTO users (name, password) VALUES ('ada', 'hunter22')", '"AUTH" "hunter22"', "ACL SETUSER shop on >hunter22 ~* +@all",
         'a001 LOGIN ada "hunter22"', "auth=('shop', 'hunter22')"),
        ("IDENTIFIED BY '***'", "PASSED all", "a LOGIN failed"),
    ),
    # markup, lists of names and values, forms
    (
        rf"(?i)\b(?:name|key|id)\s*=\s*[\"']?(?:{_NAME})[\"']?(?:\s+[\w:-]+=(?:\"[^\"\n]*\"|'[^'\n]*'))*?\s+value\s*=\s*(?:\"(?P<attribute>[^\"\n]{{3,}})\"|'(?P<attributeb>[^'\n]{{3,}})'|(?P<attributec>[^\s\"'<>]{{3,}}))|"
        rf"(?i)\b(?:name|key|id)\s*=\s*[\"'](?:{_NAME})[\"'][^<>\n]{{0,100}}>(?P<content>[^<\n]{{3,}})</|"
        rf"(?i)\\*\"(?:name|key)\\*\"\s*:\s*\\*\"(?:{_NAME})\\*\"\s*,\s*\\*\"value\\*\"\s*:\s*\\*\"(?P<member>[^\"\\\n]{{3,}})\\*\"|"
        rf"(?i)\bname:\s*[\"']?(?:{_NAME})[\"']?\s*\n\s*value:\s*[\"']?(?P<listed>[^\s\"'][^\"'\n]{{2,}})|"
        rf"(?i)\bname=\\*\"(?:{_NAME})\\*\"\s*(?:\r?\n|\\r\\n|\\n){{2}}(?P<form>[^\r\n]{{3,}})|"
        rf"(?i)&(?:quot|#34|#39);(?:{_NAME})&(?:quot|#34|#39);\s*[:=]\s*&(?:quot|#34|#39);(?P<entity>[^\n]{{3,}}?)&(?:quot|#34|#39);|"
        rf"(?i)%22(?:{_NAME})%22(?:%20|\s)*(?:%3A|:)(?:%20|\s|\+)*%22(?P<percent>[^\s&]{{3,}}?)%22|"
        rf"(?i)\\+u0022(?:{_NAME})\\+u0022\s*:\s*\\+u0022(?P<unicode>[^\s]{{3,}}?)\\+u0022|"
        rf"(?i)[\"'](?:{_NAME})[\"']\]?\s*=>\s*string\(\d+\)\s+\"(?P<dump>[^\"\n]{{3,}})\"",
        ('<add key="XApiKey" value="hunter22"/>', '<property name="password">hunter22</property>', '{"name":"DB_PASSWORD","value":"hunter22"}',
         "- name: DB_PASSWORD\n  value: hunter22", '<input type="password" name="pw" value="hunter22">', "&quot;password&quot;:&quot;hunter22&quot;",
         "%7B%22password%22%3A%22hunter22%22%7D", '["password"]=> string(8) "hunter22"', 'form-data; name="password"\n\nhunter22\n--x'),
        ('<add key="Theme" value="darkblue"/>', '{"name":"LOG_LEVEL","value":"debug"}'),
    ),
    # files
    (
        r"\"auth\"\s*:\s*\"(?P<docker_config>[A-Za-z0-9+/]{8,}={0,2})\"|\b_auth(?:Token)?\s*=\s*\"?(?P<npmrc>[^\s\"]{8,})|"
        r"(?i)\bkind:\s*[\"']?secret[\"']?\s*\n(?:[^\n]*\n){0,12}?data:\s*\n\s+[\w.-]+:\s*(?P<kubernetes>[A-Za-z0-9+/]{8,}={0,2})|"
        r"(?P<base64_key>LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,}={0,2})|\"(?:d|dp|dq|qi|k)\"\s*:\s*\"(?P<jwk>[A-Za-z0-9_+/-]{32,})\"|"
        rf"(?i)\b(?:{_NAME}):\s*[|>][+-]?\s*\n\s+(?P<block>[^\s]{{6,}})",
        ('{"auths": {"registry.example.org": {"auth": "c2hvcDpodW50ZXIy"}}}', "//registry.example.org/:_auth=c2hvcDpodW50ZXIy",
         "kind: Secret\nmetadata:\n  name: db\ndata:\n  dsn: cG9zdGdyZXM6Ly9zaG9w", "token: |\n  abc123def456"),
        ("kind: ConfigMap\ndata:\n  dsn: cG9zdGdyZXM6Ly9zaG9w", '{"auth": "none"}'),
    ),
    # URLs, forms and headers
    (
        r"(?i)[?&](?:code|code_challenge|device_code|assertion|client_assertion|otp|ticket|reset_token|magic)=(?P<query>[^\s&\"'<>#;]{16,})|\bSAML(?:Response|Request|Art)=(?P<saml>[\w+/=%-]{40,})|"
        r"(?i)/(?:reset|reset-password|password-reset|magic|magic-link|verify|invite|invitation|unsubscribe|confirm)/(?P<link>[0-9a-f]{24,}|[\w-]*\d[\w-]{23,})|"
        r"\bSignature=(?P<signature>[0-9a-fA-F]{40,})|\bDigest\b[^\n]{0,400}?\bresponse=\"(?P<digest>[0-9a-fA-F]{32,})\"|"
        r"(?i)\b(?:jwt|token|id_token)[_-]?(?:sig|signature)\\*\"?\s*[:=]\s*\\*\"?(?P<jwt_signature>[\w-]{20,})|(?i)\bset-cookie\\*\"?\s*:\s*\[[^\]\n]*?(?:auth|session|sid|token)=(?P<cookies>[^;\"\s]{8,})",
        ("GET /cb?code=4%2F0AX4XfWh9c8b7a6d5e4f3&state=xyz", "mailed https://shop.example/reset/9f8a7b6c5d4e3f2a1b0c9d8e to ada",
         "Digest username=\"ada\", response=\"6629fae49393a05397450978507c4ef1\""),
        ("/orders?code=SUMMER", "/reset/password", "/verify/email"),
    ),
    # sentences
    (
        r"(?i)(?:^|[^\w-])(?:pw|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|hasło|пароль|密码|パスワード)\s?[:=]\s*[\"'`]?(?P<foreign>[^\s\"'`,;]{3,})|"
        r"(?i)\b(?:log ?in|sign ?in|logged in|login)\s+(?:with|as|using)\s+[\w.@-]+\s*/\s*(?P<slash>[^\s,;]{4,}[^\s,;.])|"
        r"(?i)\b(?:token|password|secret|key)\s+(?:\w+\s+)?from\s+(?P<old>\S*\d\S*)\s+to\s+(?P<arrow>\S*\d[^\s.,;]*)|"
        r"(?i)\b(?:verification|security|one-time|login|otp|2fa|mfa)\s+(?:pass)?code\s*(?:is|:|=)\s*(?P<code>\d{4,8})\b|"
        r"(?i)\b(?:cvv2?|cvc2?|cid)\\*\"?\s*[:=]\s*\\*\"?(?P<cvv>\d{3,4})\b|(?i)\b(?:seed|seed phrase|mnemonic|recovery phrase)\s*[:=]\s*(?P<seed>(?:[a-z]{3,8}\s+){11,23}[a-z]{3,8})",
        ("admin pw: hunter22", "Passwort: hunter22", "contraseña: hunter22", "login with admin / hunter22", "your verification code is 492816",
         '"cvv":"938"', "changed the token from old123abc to new456def"),
        ("exit code: 137", "status code is 503", "the verification code expired", "login with password"),
    ),
)  # fmt: skip
