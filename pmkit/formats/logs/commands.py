"""What people ran on a machine, and what it did: histories of shells, system calls."""

from pmkit.formats.builders import text_log
from pmkit.formats.record_lines import RecordLines

SHELL_HISTORY = text_log(
    "shell-history", "History of bash or tcsh with times: # and an epoch, then the command",
    r"^#\+?(?P<time>\d{10})\n(?P<message>[^\n]*)(?:\n(?P<continuation>(?s:.*)))?$",
    "#1768618800\n"
    "kubectl rollout undo deployment/shop\n"
    "#1768618801\n"
    "for n in 1 2; do\n"
    "  curl -sS http://web$n/healthz\n"
    "done\n"
    "#+1768618802\n"
    "exit",
    {"timestamp": "2026-01-17T03:00:00Z", "message": "kubectl rollout undo deployment/shop", "severity": None},
    {"timestamp": "2026-01-17T03:00:01Z", "message": "for n in 1 2; do"},
    {"timestamp": "2026-01-17T03:00:02Z", "message": "exit"},
    lines=RecordLines(first=(r"#\+?\d{10}$",)), columns={"severity": "NULL"},
)  # fmt: skip

ZSH_HISTORY = text_log(
    "zsh-history", "History of zsh with times: epoch, seconds that it took, command",
    r"^: (?P<time>\d{10}):(?P<took_s>\d+);(?P<message>.*)$",
    ": 1768618800:0;kubectl rollout undo deployment/shop\n"
    ": 1768618801:12;./restart.sh \\\n"
    "  --all\n"
    ": 1768618802:0;exit",
    {"timestamp": "2026-01-17T03:00:00Z", "message": "kubectl rollout undo deployment/shop", "duration_s": None, "severity": None},
    {"message": "./restart.sh \\"},
    {"timestamp": "2026-01-17T03:00:02Z", "message": "exit"},
    multiline=True, columns={"severity": "NULL"},
)  # fmt: skip

STRACE = text_log(
    "strace", "strace with times: process, time of day or epoch, system call",
    r"^(?:\[pid +(?P<traced>\d+)\] |(?P<pid>\d+) +)?(?P<time>\d\d:\d\d:\d\d(?:\.\d{6})?|\d{10}\.\d{6}) "
    r"(?P<message>[a-z_][a-z0-9_]*\(.*|<\.\.\. [a-z0-9_]+ resumed.*|(?:\+\+\+|---) .*)$",
    '03:00:00.123456 openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3 <0.000019>\n'
    '7 03:00:01.123456 write(2, "ERROR: no route", 15) = 15 <0.000009>\n'
    "[pid    12] 03:00:02.123456 <... futex resumed> ) = -1 ETIMEDOUT (Connection timed out)\n"
    "03:00:03.123456 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER} ---",
    {"timestamp": "2026-11-24T03:00:00.123456Z", "message": 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3 <0.000019>'},
    {"timestamp": "2026-11-24T03:00:01.123456Z", "severity": None},
    {"timestamp": "2026-11-24T03:00:02.123456Z"},
    {"message": "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER} ---"},
    columns={"severity": "NULL"},
)  # fmt: skip
