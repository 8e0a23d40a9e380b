"""Generate large logs for benchmarks: the same seed and size give the same bytes.

python tests/bench/data.py FOLDER [--events 10000000]
"""

# ruff: noqa: E501 - lines of logs as they are written
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

SEED: Final = 7
_NOISE: Final = """
CREATE OR REPLACE MACRO noise(n, salt) AS hash(n * 1000003 + salt + {seed}) % 1000000 / 1e6;
CREATE OR REPLACE MACRO of(list, x) AS list[1 + CAST(floor(x * len(list)) AS INTEGER)];
CREATE OR REPLACE MACRO moment(n) AS TIMESTAMP '2026-01-17 00:00:00' + to_microseconds(CAST(n * {step_us} AS BIGINT));
CREATE OR REPLACE MACRO failing(n) AS n > {events} * 0.4 AND n < {events} * 0.55 AND noise(n, 1) < 0.1;
CREATE OR REPLACE MACRO took(n) AS 0.002 * exp(3.5 * noise(n, 2)) + CASE WHEN failing(n) THEN 2 ELSE 0 END;
"""
_PATH: Final = (
    "of(['/', '/api/cart', '/api/search?q=shoe&page=' || CAST(n % 9 AS VARCHAR), '/api/products/' || CAST(n % 4000 AS VARCHAR), "
    "'/static/app.' || CAST(n % 3 AS VARCHAR) || '.js', '/api/orders/' || CAST(n AS VARCHAR)], noise(n, 3))"
)
_STATUS: Final = (
    "CASE WHEN failing(n) THEN of([500, 502, 503], noise(n, 4)) ELSE of([200, 200, 200, 200, 301, 304, 404], noise(n, 5)) END"
)
_CLIENT: Final = "'10.' || CAST(n % 31 AS VARCHAR) || '.' || CAST(n % 251 AS VARCHAR) || '.' || CAST(n % 17 AS VARCHAR)"
_AGENT: Final = (
    "of(['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', "
    "'curl/8.14.1', 'okhttp/5.2.1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)'], noise(n, 6))"
)

# The text of each line of a log, as SQL over its number `n`.
LOGS: Final[dict[str, str]] = {
    "access.log": f"""{_CLIENT} || ' - - [' || strftime(moment(n), '%d/%b/%Y:%H:%M:%S +0000') || '] "GET ' || {_PATH} || ' HTTP/1.1" '
        || CAST({_STATUS} AS VARCHAR) || ' ' || CAST(CAST(noise(n, 7) * 20000 AS INTEGER) AS VARCHAR)
        || ' "https://shop.example/' || of(['', 'cart', 'search'], noise(n, 8)) || '" "' || {_AGENT} || '" '
        || printf('%.3f', took(n))""",
    "events.jsonl": f"""'{{"time": "' || strftime(moment(n), '%Y-%m-%dT%H:%M:%S.%gZ') || '", "level": "'
        || CASE WHEN failing(n) THEN 'error' ELSE 'info' END || '", "service": "' || of(['cart', 'stock', 'search'], noise(n, 9))
        || '", "msg": "' || CASE WHEN failing(n) THEN 'request failed' ELSE 'request handled' END || '", "method": "GET", "path": "'
        || {_PATH} || '", "status": ' || CAST({_STATUS} AS VARCHAR) || ', "duration_ms": ' || printf('%.2f', took(n) * 1000)
        || ', "trace_id": "' || md5(CAST(n AS VARCHAR))[:16] || '"}}'""",
    "app.log": """strftime(moment(n), '%Y-%m-%d %H:%M:%S,%g') || CASE
        WHEN failing(n) THEN ' ERROR [shop.cart] order ' || CAST(n AS VARCHAR) || ' failed: no connection after '
            || printf('%.1f', took(n)) || ' s' || chr(10) || 'Traceback (most recent call last):' || chr(10)
            || '  File "/srv/shop/cart.py", line 42, in total' || chr(10) || '    raise PoolTimeout(limit)' || chr(10)
            || 'shop.errors.PoolTimeout: 3.0'
        ELSE of([' INFO [shop.cart] order ' || CAST(n AS VARCHAR) || ' placed by 10.0.0.' || CAST(n % 251 AS VARCHAR),
                 ' INFO [shop.stock] reserved ' || CAST(n % 7 AS VARCHAR) || ' of item ' || md5(CAST(n AS VARCHAR))[:12],
                 ' WARNING [shop.db] query took ' || printf('%.3f', took(n)) || ' s', ' INFO [shop.web] started worker ' || CAST(n % 13 AS VARCHAR)],
                noise(n, 10)) END""",
}

# A busy week: 500 routes, of which each ten seconds see many.
LOGS["week.log"] = LOGS["access.log"].replace(_PATH, "'/api/area' || CAST(n % 500 AS VARCHAR) || '/list'")

# How many seconds the events of a log are spread over.
_SPANS_S: Final = {"week.log": 7 * 86400}
_SPAN_S: Final = 2 * 3600


def make(name: str, folder: Path, events: int, seed: int = SEED) -> Path:
    """Write one log, if it is not there already.

    Parameters
    ----------
    name : str
        One of `LOGS`.
    folder : Path
        Where it goes.
    events : int
        How many events it holds, spread over two hours or a week.
    """
    path = folder / f"{events}-{seed}-{name}"
    if not path.exists():
        import duckdb

        with duckdb.connect() as database:
            for macro in (
                _NOISE.format(seed=seed, events=events, step_us=1e6 * _SPANS_S.get(name, _SPAN_S) / events).strip().splitlines()
            ):
                database.execute(macro)
            query = f"SELECT {LOGS[name]} FROM range({events}) AS numbers(n)"
            options = "FORMAT csv, HEADER false, QUOTE '', DELIMITER ''"
            database.execute(f"COPY ({query}) TO '{path}.part' ({options})")
        path.with_name(f"{path.name}.part").rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=10_000_000)
    args = parser.parse_args()
    for name in LOGS:
        print(make(name, args.folder, args.events))


if __name__ == "__main__":
    main()
