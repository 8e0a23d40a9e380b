"""Catalog: search and product pages. Logs JSON in the manner of pino."""

import json
import os
import sys
import time
import traceback

import flask
import psycopg
import werkzeug.exceptions

from . import telemetry

app = flask.Flask("catalog")
LOG = open(os.environ["SHOP_LOG"], "a", buffering=1)
INFO, WARN, ERROR = 30, 40, 50


def log(level: int, msg: str, **fields) -> None:
    """Write one line: numeric level, epoch milliseconds."""
    line = {
        "level": level,
        "time": int(time.time() * 1000),
        "pid": os.getpid(),
        "hostname": "catalog-1",
        "name": "catalog",
        "version": telemetry.VERSION,
        **fields,
        "msg": msg,
    }
    LOG.write(json.dumps(line) + "\n")


def log_request(route: str, status: int, elapsed: float) -> None:
    log(
        INFO,
        "request completed",
        reqId=flask.g.request_id,
        req={"method": flask.request.method, "url": flask.request.full_path.rstrip("?"), "route": route},
        res={"statusCode": status},
        responseTime=round(elapsed * 1000, 2),
    )


telemetry.install(app, "catalog", log_request)


def rank_by_popularity(rows, facets):
    """Most bought first; facets only filter."""
    return sorted(rows, key=lambda row: row[2], reverse=True)


def rank_by_facet_match(rows, facets):
    """Best facet match first. Assumes that a search has a facet."""
    strongest = max(len(facet) for facet in facets)
    return sorted(rows, key=lambda row: (row[0] % strongest, row[2]), reverse=True)


RANKING = {"v2.4.1": rank_by_facet_match, "v2.6.0": rank_by_facet_match}
rank = RANKING.get(telemetry.VERSION, rank_by_popularity)


def query(sql: str, *args):
    """Run one statement on a connection of its own."""
    with psycopg.connect(telemetry.DSN, connect_timeout=3, autocommit=True) as connection:
        return connection.execute(sql, args).fetchall()


@app.get("/api/search")
def search():
    facets = [f for f in flask.request.args.get("facets", "").split(",") if f]
    rows = query("select id, name, sold from products where name like %s limit 40", f"%{flask.request.args['q']}%")
    return {"items": [row[1] for row in rank(rows, facets)[:10]]}


@app.get("/api/products/<int:product_id>")
def product(product_id: int):
    rows = query("select id, name, sold from products where id = %s", product_id)
    if not rows:
        log(WARN, f"product {product_id} not found", reqId=flask.g.request_id)
        return {"error": "not found"}, 404
    return {"id": rows[0][0], "name": rows[0][1]}


@app.errorhandler(psycopg.OperationalError)
def database_unavailable(error):
    reason = str(error).strip().splitlines()[0]
    log(ERROR, f"database unavailable: {reason}", reqId=flask.g.request_id, err={"type": type(error).__name__, "message": reason})
    return {"error": "temporarily unavailable"}, 503


@app.errorhandler(Exception)
def unexpected(error):
    if isinstance(error, werkzeug.exceptions.HTTPException):
        return error
    log(
        ERROR,
        f"{flask.request.path} failed: {error}",
        reqId=flask.g.request_id,
        err={"type": type(error).__name__, "message": str(error), "stack": "".join(traceback.format_exception(*sys.exc_info()))},
    )
    return {"error": "internal"}, 500


log(INFO, f"catalog {telemetry.VERSION} listening")
