"""Checkout: cart and orders. Logs requests as logfmt and the rest with Python's logging."""

import json
import logging
import os
import pathlib
from datetime import UTC, datetime

import flask
import prometheus_client as prom
import psycopg_pool
import werkzeug.exceptions

from . import telemetry

app = flask.Flask("checkout")
REQUEST_LOG = open(os.environ["SHOP_REQUEST_LOG"], "a", buffering=1)
logging.basicConfig(
    filename=os.environ["SHOP_LOG"],
    level=logging.INFO,
    format="%(asctime)s %(levelname)s [%(name)s] %(message)s",
)
logger = logging.getLogger("checkout.api")

POOL = psycopg_pool.ConnectionPool(telemetry.DSN, min_size=10, max_size=10, timeout=3.0, open=True)
AVAILABLE = prom.Gauge("db_pool_available", "Idle connections in the pool", ["service"])
AVAILABLE.labels("checkout").set_function(lambda: POOL.get_stats().get("pool_available", 0))
WAITING = prom.Gauge("db_pool_waiting", "Requests waiting for a connection", ["service"])
WAITING.labels("checkout").set_function(lambda: POOL.get_stats().get("requests_waiting", 0))
LEAKS_ON_EXPIRED_COUPON = telemetry.VERSION == "v3.8.0"


def log_request(route: str, status: int, elapsed: float) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = "error" if status >= 500 else "info"
    REQUEST_LOG.write(
        f"ts={now} level={level} service=checkout version={telemetry.VERSION} "
        f"request_id={flask.g.request_id} method={flask.request.method} path={route} "
        f'status={status} duration_ms={elapsed * 1000:.1f} msg="request handled"\n'
    )


telemetry.install(app, "checkout", log_request)


def flag(name: str) -> bool:
    """Read a feature flag; flags can change while the service runs."""
    return bool(json.loads(pathlib.Path(telemetry.FLAGS_FILE).read_text()).get(name))


@app.post("/api/cart")
def cart():
    body = flask.request.get_json()
    with POOL.connection() as connection:
        connection.execute("insert into cart_items (client, product) values (%s, %s)", (body["client"], body["product"]))
        related = []
        if flag("related_products"):
            related = connection.execute("select name from products order by sold desc limit 3").fetchall()
    return {"added": body["product"], "related": [row[0] for row in related]}


def expired(connection, coupon: str | None) -> bool:
    if not coupon:
        return False
    row = connection.execute("select expires < now() from coupons where code = %s", (coupon,)).fetchone()
    return row is None or row[0]


@app.post("/api/checkout")
def checkout():
    body = flask.request.get_json()
    if LEAKS_ON_EXPIRED_COUPON:
        connection = POOL.getconn()
        if expired(connection, body.get("coupon")):
            logger.info("coupon %s is expired, order of %s not placed", body["coupon"], body["client"])
            return {"error": "coupon expired"}, 409
        place_order(connection, body["client"])
        POOL.putconn(connection)
    else:
        with POOL.connection() as connection:
            if expired(connection, body.get("coupon")):
                logger.info("coupon %s is expired, order of %s not placed", body["coupon"], body["client"])
                return {"error": "coupon expired"}, 409
            place_order(connection, body["client"])
    return {"status": "ordered"}, 201


def place_order(connection, client: str) -> None:
    """Store the order; the payment provider answers within the transaction."""
    connection.execute("insert into orders (client) values (%s)", (client,))
    connection.execute("select pg_sleep(0.3 + random() * 0.2)")
    connection.commit()


@app.errorhandler(psycopg_pool.PoolTimeout)
def no_connection(error):
    logger.exception("no database connection for %s", flask.request.path)
    return {"error": "temporarily unavailable"}, 503


@app.errorhandler(Exception)
def unexpected(error):
    if isinstance(error, werkzeug.exceptions.HTTPException):
        return error
    logger.exception("%s failed", flask.request.path)
    return {"error": "internal"}, 500


def wait_for_pool() -> None:
    """Serve only once the pool holds its connections, so that a deploy drops no request."""
    POOL.wait(timeout=10.0)
    logger.info("checkout %s ready, pool of %d connections", telemetry.VERSION, POOL.max_size)


wait_for_pool()
