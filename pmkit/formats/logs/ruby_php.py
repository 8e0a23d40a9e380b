"""Application logs of Ruby and PHP."""

from pmkit.formats.builders import text_log
from pmkit.formats.logs.regexes import CLOCK, DATE, ISO_TIME, ZONE
from pmkit.formats.record_lines import RecordLines

RUBY = text_log(
    "ruby-logger", "Ruby Logger, the default of Rails",
    rf"^(?P<letter>[DIWEFA]), \[(?P<time>{ISO_TIME}) #(?P<pid>\d+)\] +(?P<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- (?P<program>[^:]*): ?"
    r"(?:\[(?P<trace_id>[0-9a-f-]{16,})\] )?(?P<message>.*)$",
    'I, [2026-01-17T03:00:00.123456 #77]  INFO -- : [0b9e6f2a-6a2e-4d6b-9d9c-0a1b2c3d4e5f] Started GET "/a" for 203.0.113.9\n'
    "E, [2026-01-17T03:00:01.123456 #77] ERROR -- web: it broke\n"
    "app/models/cart.rb:17:in `add'\n"
    "W, [2026-01-17T03:00:02.123456 #77]  WARN -- : slow",
    {"timestamp": "2026-01-17T03:00:00.123456Z", "severity": "INFO", "trace_id": "0b9e6f2a-6a2e-4d6b-9d9c-0a1b2c3d4e5f"},
    {"severity": "ERROR", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

SIDEKIQ = text_log(
    "sidekiq", "Sidekiq: time, pid, tid, context, level: message",
    rf"^(?P<time>{ISO_TIME}Z) (?:pid=)?(?P<pid>\d+) (?:tid=|TID-)(?P<tid>\w+)(?P<pairs>(?: \w+=\S+)*?)(?: elapsed=(?P<duration_s>[\d.]+))?"
    r"(?: (?P<worker>[\w:]+) JID-(?P<jid>\w+))? (?P<level>[A-Z]+): (?P<message>.*)$",
    "2026-01-17T03:00:00.123Z pid=7 tid=oui INFO: Booted Rails\n"
    "2026-01-17T03:00:01.123Z pid=7 tid=oui class=Pay jid=4f1 elapsed=1.5 INFO: done\n"
    "2026-01-17T03:00:02.123Z pid=7 tid=oui class=Pay jid=4f2 elapsed=3.5 ERROR: it broke\n"
    "2026-01-17T03:00:03.123Z 7 TID-oui Pay JID-4f3 WARN: slow",
    {"timestamp": "2026-01-17T03:00:00.123Z", "severity": "INFO", "message": "Booted Rails"},
    {"duration_s": 1.5},
    {"severity": "ERROR", "duration_s": 3.5},
    {"severity": "WARN", "message": "slow"},
    multiline=True,
)  # fmt: skip

MONOLOG = text_log(
    "monolog", "Monolog (Laravel, Symfony): [time] channel.LEVEL: message",
    rf"^\[(?P<time>{ISO_TIME}{ZONE}?)\] (?P<channel>[\w-]+)\.(?P<level>[A-Z]+): (?P<message>.*)$",
    '[2026-01-17 03:00:00] production.INFO: up {"pid":7} []\n'
    "[2026-01-17T03:00:01.123456+00:00] app.CRITICAL: it broke\n"
    "[stacktrace]\n"
    "#0 /srv/shop/Cart.php(17): add()\n"
    "[2026-01-17 03:00:02] production.WARNING: slow",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "INFO", "message": 'up {"pid":7} []'},
    {"severity": "FATAL", "message": "it broke"},
    {"severity": "WARN"},
    multiline=True,
)  # fmt: skip

PHP = text_log(
    "php-error", "PHP and PHP-FPM error logs",
    rf"^\[(?P<time>\d\d-[A-Z][a-z]{{2}}-\d{{4}} {CLOCK}(?:\.\d+)?(?: [A-Z][\w/]*)?)\] "
    r"(?:PHP (?P<kind>[A-Z][a-z]+(?: [a-z]+)?): +|(?P<level>[A-Z]+): )?(?P<message>.*)$",
    "[17-Jan-2026 03:00:00 UTC] PHP Fatal error:  Uncaught Error: no pool in /srv/shop/a.php:7\n"
    "Stack trace:\n"
    "#0 {main}\n"
    "[17-Jan-2026 03:00:01 UTC] PHP Warning:  Undefined variable $a in /srv/shop/a.php on line 3\n"
    "[17-Jan-2026 03:00:02] NOTICE: fpm is running, pid 1",
    {"timestamp": "2026-01-17T03:00:00Z", "severity": "FATAL", "message": "Uncaught Error: no pool in /srv/shop/a.php:7"},
    {"severity": "WARN"},
    {"severity": "INFO", "message": "fpm is running, pid 1"},
    multiline=True,
    columns={"severity": "coalesce(to_severity({level}), to_severity(upper(split_part({kind}, ' ', 1))))"},
)  # fmt: skip

RAILS = text_log(
    "rails", "Rails requests: Started, Processing and Completed lines",
    rf'^Started (?P<method>[A-Z]+) "(?P<url>[^"\n]*)" for (?P<client>\S+) at (?P<time>{DATE} {CLOCK} [+-]\d{{4}})'
    # Where the lines of two requests are mixed, it is not known which status belongs to which.
    r"(?:(?:\nProcessing by (?P<action>\S+) as (?P<kind>\S*))?(?P<details>(?:\n(?: +\S|Redirected|Rendered|Rendering|Sent |Read fragment|Write fragment)[^\n]*)*)"
    r"(?:\nCompleted (?P<status>\d{3}) (?P<reason>[^\n]*?) ?in (?P<duration_ms>[\d.]+)ms(?: \((?P<parts>[^\n]*)\))?)?(?:\n(?P<continuation>[^PC][^\n]*(?:\n[^PC][^\n]*)*))?"
    r"|\n(?P<mixed>(?s:.*)))$",
    'Started GET "/cart?item=7" for 203.0.113.9 at 2026-01-17 03:00:00 +0000\n'
    "Processing by CartController#show as HTML\n"
    '  Parameters: {"item"=>"7"}\n'
    "Completed 200 OK in 8ms (Views: 5.1ms | ActiveRecord: 0.4ms)\n"
    'Started POST "/cart" for 203.0.113.9 at 2026-01-17 04:00:01 +0100\n'
    "Processing by CartController#create as JSON\n"
    "Completed 500 Internal Server Error in 250ms (ActiveRecord: 0.4ms)\n"
    'Started GET "/up" for 203.0.113.9 at 2026-01-17 03:00:02 +0000\n'
    'Started GET "/b" for 203.0.113.9 at 2026-01-17 03:00:02 +0000\n'
    "Processing by UpController#show as HTML\n"
    "Processing by BController#show as HTML\n"
    "Completed 200 OK in 8ms\n"
    "Completed 500 Internal Server Error in 9ms",
    {"timestamp": "2026-01-17T03:00:00Z", "http_method": "GET", "url_path": "/cart", "http_status": 200, "duration_s": 0.008,
     "client": "203.0.113.9"},
    {"timestamp": "2026-01-17T03:00:01Z", "http_status": 500, "duration_s": 0.25},
    {"http_status": None, "url_path": "/up"},
    {"http_status": None, "url_path": "/b", "duration_s": None},
    lines=RecordLines(first=('Started [A-Z]+ "',), further=r"Processing by |Completed \d{3} |Redirected to |Rendered |Rendering |Sent |Read fragment|Write fragment| +\S"),
    multiline=True, columns={"message": "concat_ws(' ', {method}, {url})"},
)  # fmt: skip
