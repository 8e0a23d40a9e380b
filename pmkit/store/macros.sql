-- Functions that pmkit/store/database.py defines in every database.

-- The text without surrounding spaces.
CREATE OR REPLACE MACRO bare(t) AS CASE WHEN starts_with(t, ' ') OR ends_with(t, ' ') THEN trim(t) ELSE t END;

-- The time of a Unix timestamp in seconds, milliseconds, microseconds or nanoseconds, told apart by size.
CREATE OR REPLACE MACRO from_epoch(n) AS make_timestamp(CAST(CASE
    WHEN abs(n) < 1e11 THEN n * 1e6 WHEN abs(n) < 1e14 THEN n * 1e3
    WHEN abs(n) < 1e17 THEN n WHEN abs(n) < 1e19 THEN n / 1e3 END AS BIGINT)) AT TIME ZONE 'UTC';

-- The seconds of an offset from UTC such as +01:00, -0330 or GMT+3; null if the text is none.
CREATE OR REPLACE MACRO offset_seconds(z) AS (CASE WHEN contains(z, '-') THEN -1 ELSE 1 END)
    * (TRY_CAST(regexp_extract(z, '[+-](\d\d?)(?::?\d\d)?$', 1) AS INTEGER) * 3600
       + coalesce(TRY_CAST(regexp_extract(z, '[+-]\d\d?:?(\d\d)$', 1) AS INTEGER), 0) * 60);

-- The number of a month from its English name, of which the first three letters count; null for another word.
CREATE OR REPLACE MACRO english_month(b) AS
    list_position(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], lower(left(b, 3)));

-- A wall-clock time from its parts as texts: the date as year-month-day, a clock of 24 hours, or of 12 where `half` begins
-- with A or P, and digits behind the second. A leap second is the moment at which it ends.
CREATE OR REPLACE MACRO wall_clock(day, clock, fraction, half) AS
    TRY_CAST(concat(day, ' ', CASE WHEN ends_with(clock, ':60') THEN concat(left(clock, length(clock) - 2), '59') ELSE clock END,
                    CASE WHEN fraction <> '' THEN concat('.', fraction) ELSE '' END) AS TIMESTAMP)
    + CASE WHEN ends_with(clock, ':60') THEN INTERVAL 1 SECOND ELSE INTERVAL 0 SECOND END
    + CASE WHEN half = '' THEN INTERVAL 0 HOUR
           WHEN upper(half[1]) = 'P' AND TRY_CAST(split_part(clock, ':', 1) AS INTEGER) < 12 THEN INTERVAL 12 HOUR
           WHEN upper(half[1]) = 'A' AND split_part(clock, ':', 1) = '12' THEN INTERVAL '-12 hours' ELSE INTERVAL 0 HOUR END;

-- The canonical severity of a word, a letter or a pino/bunyan level; the commonest words come first. With IN, the database
-- would join each line with a table of the words; and each further use of `t` makes a query longer to plan.
CREATE OR REPLACE MACRO to_severity(t) AS coalesce(
    MAP {
        'INFO': 'INFO', 'NOTICE': 'INFO', 'INFORMATION': 'INFO', 'INFORMATIONAL': 'INFO', 'LOG': 'INFO', 'STATEMENT': 'INFO',
        'DETAIL': 'INFO', 'HINT': 'INFO', 'I': 'INFO', 'INF': 'INFO', 'NOTE': 'INFO', 'SYSTEM': 'INFO', 'DEFAULT': 'INFO',
        'OK': 'INFO', 'SUCCESS': 'INFO', 'N': 'INFO', 'CONFIG': 'INFO',
        'NOTI': 'INFO', 'HINWEIS': 'INFO', 'INFOS': 'INFO', 'INFORMACIÓN': 'INFO',
        'ERROR': 'ERROR', 'ERR': 'ERROR', 'SEVERE': 'ERROR', 'EXCEPTION': 'ERROR', 'E': 'ERROR', 'EROR': 'ERROR',
        'ERRO': 'ERROR', 'FAILURE': 'ERROR', 'FAIL': 'ERROR',
        'FEHLER': 'ERROR', 'SCHWERWIEGEND': 'ERROR', 'ERREUR': 'ERROR', 'ERRORE': 'ERROR', 'GRAVE': 'ERROR',
        'WARN': 'WARN', 'WARNING': 'WARN', 'W': 'WARN', 'WRN': 'WARN', 'DEPRECATION': 'WARN',
        'WARNUNG': 'WARN', 'AVERTISSEMENT': 'WARN', 'ADVERTENCIA': 'WARN', 'AVISO': 'WARN', 'AVVERTENZA': 'WARN',
        'DEBUG': 'DEBUG', 'DEBUG1': 'DEBUG', 'DEBUG2': 'DEBUG', 'DEBUG3': 'DEBUG', 'DEBUG4': 'DEBUG', 'DEBUG5': 'DEBUG',
        'D': 'DEBUG', 'DBG': 'DEBUG', 'D1': 'DEBUG', 'D2': 'DEBUG', 'D3': 'DEBUG', 'D4': 'DEBUG', 'D5': 'DEBUG',
        'FINE': 'DEBUG', 'DEBU': 'DEBUG',
        'FATAL': 'FATAL', 'CRITICAL': 'FATAL', 'CRIT': 'FATAL', 'ALERT': 'FATAL', 'EMERG': 'FATAL', 'EMERGENCY': 'FATAL',
        'PANIC': 'FATAL', 'DPANIC': 'FATAL', 'F': 'FATAL', 'FTL': 'FATAL', 'FATA': 'FATAL', 'PANI': 'FATAL', 'CRT': 'FATAL',
        'C': 'FATAL', 'A': 'FATAL',
        'KRITISCH': 'FATAL', 'CRITIQUE': 'FATAL', 'CRÍTICO': 'FATAL',
        'TRACE': 'TRACE', 'VERBOSE': 'TRACE', 'V': 'TRACE', 'VRB': 'TRACE', 'TRC': 'TRACE', 'TRAC': 'TRACE', 'T': 'TRACE',
        'FINER': 'TRACE', 'FINEST': 'TRACE', 'ALL': 'TRACE'
    }[upper(t)],
    ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][greatest(TRY_CAST(t AS INTEGER), 0) // 10]);

-- The canonical severity of a syslog severity, 0 to 7.
CREATE OR REPLACE MACRO syslog_severity(n) AS
    ['FATAL', 'FATAL', 'FATAL', 'ERROR', 'WARN', 'INFO', 'INFO', 'DEBUG'][n + 1];

-- The canonical severity of an OpenTelemetry severity number, 1 to 24.
CREATE OR REPLACE MACRO otel_severity(n) AS
    ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][(n + 3) // 4];

-- A text without the colours of terminals.
CREATE OR REPLACE MACRO without_colours(t) AS
    CASE WHEN contains(t, chr(27)) THEN regexp_replace(t, '\x1b\[[0-9;:]*[A-Za-z]', '', 'g') ELSE t END;

-- The severity that a value of a structured log says: a word as above, in colours, in brackets, or behind the name of a class
-- or channel, such as LogLevel.Error or INFO+2. The lambda keeps the word from being found once for each of its uses.
CREATE OR REPLACE MACRO severity_in(t) AS list_transform([CASE WHEN regexp_full_match(t, '\w+') THEN t ELSE
    regexp_extract(without_colours(t), '^[\s\[(<"]*(?:[A-Za-z]+[._])*([A-Za-z]+|\d+)(?:[+-]\d+)?[\s\])>":.]*$', 1) END],
    lambda word: to_severity(word))[1];

-- The HTTP status that a value says, such as 500 or 500 Internal Server Error.
CREATE OR REPLACE MACRO status_of(t) AS CASE
    WHEN t = '200' THEN 200
    WHEN strlen(t) = 3 THEN CASE WHEN TRY_CAST(t AS SMALLINT) BETWEEN 100 AND 599 THEN TRY_CAST(t AS SMALLINT) END
    WHEN regexp_matches(t, '^[1-5]\d\d(?: [A-Z]|:|\.0*$)') THEN TRY_CAST(left(t, 3) AS SMALLINT) END;

-- The length of a unit of time in seconds, from its name or abbreviation.
CREATE OR REPLACE MACRO seconds_in(unit) AS CASE
    WHEN regexp_matches(unit, '^n') THEN 1e-9 WHEN regexp_matches(unit, '^(?:[uµμ]|mic)') THEN 1e-6
    WHEN regexp_matches(unit, '^(?:ms|mil)') THEN 1e-3 WHEN starts_with(unit, 's') THEN 1
    WHEN starts_with(unit, 'm') THEN 60 WHEN starts_with(unit, 'h') THEN 3600 END;

-- A duration in seconds, from a text that says its unit, such as 1m2.5s, 350ms, PT0.5S or 00:00:01.5; null for a plain number.
CREATE OR REPLACE MACRO seconds_with_unit(t) AS CASE
    WHEN regexp_full_match(t, '(?i)\s*(?:(?:\d+\.?\d*|\.\d+)\s*(?:ns|nanos(?:econds?)?|[uµμ]s|micros(?:econds?)?|ms|msecs?|millis(?:econds?)?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)[\s,]*)+|PT(?:[0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?')
    THEN list_sum(list_transform(regexp_extract_all(lower(t), '[0-9.]+\s*[a-zµμ]+'),
        lambda part: TRY_CAST(regexp_extract(part, '[0-9.]+') AS DOUBLE) * seconds_in(regexp_extract(part, '[a-zµμ]+'))))
    WHEN regexp_full_match(t, '\d+:[0-5]\d:[0-5]\d(?:\.\d+)?')
    THEN TRY_CAST(split_part(t, ':', 1) AS INTEGER) * 3600 + TRY_CAST(split_part(t, ':', 2) AS INTEGER) * 60
        + TRY_CAST(split_part(t, ':', 3) AS DOUBLE) END;

-- A duration in seconds, from a plain number of seconds or a text that says its unit.
CREATE OR REPLACE MACRO seconds_of(t) AS coalesce(
    CASE WHEN regexp_full_match(trim(t), '[0-9.]+([eE][+-]?\d+)?') THEN TRY_CAST(trim(t) AS DOUBLE) END, seconds_with_unit(t));

-- Two JSON objects as one; fields of the second win.
CREATE OR REPLACE MACRO json_merged(a, b) AS CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a
    ELSE CAST(json_merge_patch(a, b) AS VARCHAR) END;

-- The JSON if it is valid, else null.
CREATE OR REPLACE MACRO valid_json(t) AS CASE WHEN json_valid(t) THEN t END;

-- A text with its \xHH escapes of ASCII characters in the notation of JSON.
CREATE OR REPLACE MACRO with_ascii_escapes(t) AS regexp_replace(t, '\\x([0-7][0-9a-fA-F])', '\\u00\1', 'g');

-- A text with its \xHH escapes replaced.
CREATE OR REPLACE MACRO with_decoded_bytes(t) AS CASE WHEN NOT contains(t, '\x') THEN t ELSE coalesce(
    TRY(url_decode(regexp_replace(replace(with_ascii_escapes(t), '%', '%25'), '\\x([0-9a-fA-F]{2})', '%\1', 'g'))),
    regexp_replace(with_ascii_escapes(t), '\\x([0-9a-fA-F]{2})', '\\u00\1', 'g')) END;

-- A text in which a backslash that escapes nothing, and characters that must be escaped, are escaped.
CREATE OR REPLACE MACRO with_valid_escapes(t) AS replace(replace(replace(
    regexp_replace(regexp_replace(t, '\\([^"\\/bfnrtu])', chr(1) || '\1', 'g'), '\\u([0-9a-fA-F]{0,3}[^0-9a-fA-F])', chr(1) || 'u\1', 'g'),
    chr(9), '\t'), chr(27), '\u001b'), chr(12), '\f');

-- A JSON object whose bytes were escaped as \xHH, as nginx does, or that has other escapes and characters that JSON does not
-- allow; null if it is not valid after the repair. A pair of backslashes is put aside meanwhile. Bytes are UTF-8, else Latin-1.
CREATE OR REPLACE MACRO repaired_json(t) AS CASE WHEN regexp_matches(t, '\\[^"\\/bfnrt]|[\x01-\x1f]') THEN
    valid_json(replace(with_valid_escapes(with_decoded_bytes(replace(t, '\\', chr(1)))), chr(1), '\\')) END;

-- Whether a text is null, empty or only spaces.
CREATE OR REPLACE MACRO is_blank(t) AS CASE WHEN t IS NULL OR t = '' THEN true WHEN starts_with(t, ' ') THEN trim(t) = '' ELSE false END;

-- A client address without its port. An IPv6 address without brackets has a port if it is longer than an address can be.
CREATE OR REPLACE MACRO without_port(t) AS CASE WHEN NOT contains(t, ':') THEN t ELSE
    regexp_replace(t, '^(?:\[([0-9a-fA-F:.%]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+|((?:[0-9a-fA-F]+:){7}[0-9a-fA-F]+):\d+|([0-9a-fA-F:.]*::[0-9a-fA-F:.]*):\d{5})$',
        '\1\2\3\4') END;

-- The protocol of a request line.
CREATE OR REPLACE MACRO protocol_of(r) AS nullif(regexp_extract(r, ' (\S+/[0-9.]+)$', 1), '');

-- Whether an address is of a private network or of this machine.
CREATE OR REPLACE MACRO is_private(t) AS
    regexp_matches(t, '^(?:::ffff:)?(?:10\.|100\.(?:6[4-9]|[789]\d|1[01]\d|12[0-7])\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.|169\.254\.|f[cde][0-9a-f]{2}:|::1$|localhost|unknown|unix|-$)');

-- The client of a list of forwarded addresses, of which each proxy adds one: the first public one, else the first one.
CREATE OR REPLACE MACRO client_in(t) AS CASE WHEN contains(t, ',') THEN without_port(trim(coalesce(
    list_filter(string_split(t, ','), lambda address: NOT is_private(trim(address)))[1], split_part(t, ',', 1)))) ELSE without_port(t) END;

-- The client of such a list, which may be a list of JSON.
CREATE OR REPLACE MACRO client_of(t) AS
    CASE WHEN starts_with(t, '["') THEN client_in(regexp_replace(t, '[\[\]"]', '', 'g')) ELSE client_in(t) END;

-- The HTTP method of a request line such as GET /cart HTTP/1.1.
CREATE OR REPLACE MACRO method_of(r) AS CASE WHEN starts_with(r, 'GET ') THEN 'GET' WHEN starts_with(r, 'POST ') THEN 'POST'
    ELSE nullif(upper(regexp_extract(r, '^([A-Z][A-Z_-]+|get|head|post|put|delete|options|patch) ', 1)), '') END;

-- An HTTP method in upper case; null for a text that cannot be one.
CREATE OR REPLACE MACRO method_in(t) AS CASE
    WHEN t = 'GET' OR t = 'POST' THEN t WHEN regexp_full_match(t, '[A-Za-z_-]{2,20}') THEN upper(t) END;

-- The URL of a request line.
CREATE OR REPLACE MACRO url_of(r) AS CASE WHEN (starts_with(r, 'GET /') OR starts_with(r, 'POST /')) AND NOT contains(r, chr(9))
    THEN split_part(r, ' ', 2) ELSE coalesce(
        nullif(regexp_extract(r, '^(?:[A-Z][A-Z_-]+|get|head|post|put|delete|options|patch) +(\S+)', 1), ''),
        regexp_extract(r, '^(https?://\S+)', 1)) END;

-- The path of a URL, without host, query and fragment.
CREATE OR REPLACE MACRO url_path_of(u) AS CASE WHEN starts_with(u, '/')
    THEN CASE WHEN contains(u, '?') OR contains(u, '#') THEN split_part(split_part(u, '?', 1), '#', 1) ELSE u END
    ELSE nullif(regexp_extract(u, '^(?:[a-z]+://[^/]*)?([^?#]*)', 1), '') END;

-- The query of a URL.
CREATE OR REPLACE MACRO query_of(u) AS CASE WHEN contains(u, '?') THEN nullif(substr(u, instr(u, '?') + 1), '') END;

-- A path with numbers, UUIDs and long hexadecimal identifiers replaced by {id}, but only every other one of adjacent ones.
CREATE OR REPLACE MACRO without_ids(p) AS
    regexp_replace(p, '(^|/)(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]*\d[0-9a-fA-F]{11,})(/|$)', '\1{id}\2', 'g');

-- The route of a path. The replacement runs twice, because adjacent identifiers share the slash between them.
CREATE OR REPLACE MACRO route_of(p) AS CASE
    WHEN NOT regexp_matches(p, '(?:^|/)(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]*\d[0-9a-fA-F]{11,})(?:/|$)') THEN p
    ELSE without_ids(without_ids(p)) END;

-- The part of a message that its log template is found from.
CREATE OR REPLACE MACRO beginning(m) AS CASE WHEN strlen(m) > 4000 THEN left(m, 4000) ELSE m END;

-- A message with an exit status of 0 as a word, which is not masked: any other means a failure.
CREATE OR REPLACE MACRO with_exit_status(m) AS CASE WHEN contains(lower(m), 'exit') THEN regexp_replace(m,
    '(?i)(\bexit(?:ed|s|ing)?(?: with)?(?:[ _]?code|[ _]?status)?[ =:(]+)0([^\w.]|\.?$)', '\1zero\2', 'g') ELSE m END;

-- The beginning of a message with every word that contains a digit replaced by <*>.
CREATE OR REPLACE MACRO masked(m) AS regexp_replace(with_exit_status(beginning(m)), '[\w-]*\d[\w-]*', '<*>', 'g');
