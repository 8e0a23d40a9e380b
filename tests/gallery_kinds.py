"""The kinds of incident in the gallery of the manual."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import gallery_exports as exports
from gallery_exports import ONSET, access_log, alert, at, between, changes, metric, service_log


@dataclass(frozen=True)
class Kind:
    """A kind of incident.

    Parameters
    ----------
    name, story : str
        What it is called, and what happens.
    needs : dict
        What each export is for, by its name; of a recording, by the folder that holds it.
    notice : str
        What to notice in what pmkit prints.
    recording : str
        The recorded incident that it is; if empty, `texts` has the exports.
    texts : callable
        Returns the text of each export.
    fields : str
        Further lines of `incident.yaml`.
    with_timeline : bool
        Whether to show how the timeline begins, too.
    """

    name: str
    story: str
    needs: Mapping[str, str]
    notice: str
    recording: str = ""
    texts: Callable[[], Mapping[str, str]] = dict
    fields: str = ""
    with_timeline: bool = False


_OF_A_RECORDING: Final = {
    "logs/": "which requests failed, and what the services logged",
    "changes/": "the suspects",
    "metrics/": "what moved before the first failure",
    "alerts/": "when the incident was detected, and which rule would have caught it",
    "chat/": "who acknowledged, decided and confirmed",
}
_FAILING: Final = "which requests failed, and from when to when"
_DEPLOYS: Final = "the suspects"


def kinds() -> Iterator[Kind]:
    """Yield the kinds of incident, in the order of the page."""
    yield Kind(
        "Bad deploy",
        "A new version of a service fails one kind of request, and is rolled back.",
        _OF_A_RECORDING,
        "The failed requests share an empty query parameter. The deploy ranks first, although the proxy "
        "was changed in the same minute.",
        recording="INC-2026-1012",
    )
    yield Kind(
        "Exhausted connection pool",
        "A new version does not return database connections. Minutes later, the pool is empty.",
        _OF_A_RECORDING,
        "The deploy came more than eight minutes before the first failure; in between, the metric of the pool fell to 0.",
        recording="INC-2026-1103",
        with_timeline=True,
    )
    yield Kind(
        "Dependency down",
        "A network policy cuts off the database. Nearly every request fails.",
        _OF_A_RECORDING,
        "Errors, latency and traffic all show it. The policy was reverted, but one service needed a restart, "
        "so the last failure came later.",
        recording="INC-2026-1112",
    )
    yield Kind(
        "Expired certificate",
        "A certificate between two services expires. Nobody deployed anything.",
        {"access.log": _FAILING, "gateway.log": "why they failed", "changes.csv": "shows that no change explains it"},
        "No change explains the failures, and the message that was never logged before names the reason.",
        texts=lambda: {
            "access.log": access_log(between(ONSET, ONSET + 840, "/api/orders", 502)),
            "gateway.log": service_log(
                "gateway", "proxied to orders", "x509: certificate has expired or is not yet valid: {time}", ONSET, ONSET + 840
            ),
            "changes.csv": changes(
                (-18000, "deploy", "catalog", "v71", "show ratings"),
                (ONSET + 835, "config", "gateway", "cert=2027", "renew the certificate of orders"),
            ),
        },
    )
    yield Kind(
        "Config change",
        "A payment provider's setting is changed, and payments through it fail until it is changed back.",
        {"access.log": _FAILING, "changes.csv": _DEPLOYS},
        "Only requests with one value of a query parameter fail.",
        texts=lambda: {
            "access.log": access_log(between(ONSET, ONSET + 720, "psp=adyen", 500)),
            "changes.csv": changes(
                (ONSET - 5, "config", "payments", "adyen_endpoint=v71", "move adyen to the new endpoint"),
                (ONSET - 600, "deploy", "catalog", "v72", "larger pictures"),
                (ONSET + 715, "config", "payments", "adyen_endpoint=v68", "move adyen back"),
            ),
        },
    )
    yield Kind(
        "Queue backlog",
        "Tasks run into their time limit, and the queue behind them grows.",
        {
            "worker.log": "which tasks failed",
            "queue.csv": "how long the queue grew",
            "alerts.json": "when somebody was alerted",
        },
        "The exports contain no requests, so failed tasks are counted. The metric of the queue moves with them.",
        with_timeline=True,
        texts=lambda: {
            "worker.log": exports.worker_log(),
            "queue.csv": metric(
                "rabbitmq_queue_messages_ready{service=mail}",
                lambda second: (
                    12 + second % 7 + 4 * max(0, min(second - ONSET, 600)) - 60 * max(0, min(second - ONSET - 600, 40))
                ),
            ),
            "alerts.json": alert("QueueGrows", "mail", ONSET + 240, ONSET + 720, "mail has 1,000 messages waiting"),
        },
    )
    yield Kind(
        "Memory leak",
        "A service uses more and more memory until the kernel kills it, twice. Each restart takes two minutes.",
        {
            "access.log": _FAILING,
            "memory.csv": "for a look of your own: what grew before",
            "events.json": "the kills, from `kubectl get events -o json`",
            "changes.csv": _DEPLOYS,
        },
        "Each kill is a window of its own, and ranks first. pmkit does not name the metric, because memory that grows all the "
        "time has no usual range to leave. The deploy that leaks is an hour older and ranks low; confirm such a cause yourself.",
        with_timeline=True,
        texts=lambda: {
            "access.log": access_log(
                lambda second, path: (
                    502 if "cart" in path and any(kill <= second < kill + 120 for kill in (ONSET, 2340)) else 200
                ),
                lambda _: 4,
            ),
            "memory.csv": metric(
                "container_memory_working_set_bytes{service=cart}",
                lambda second: 2e8 + 1e6 * (second if second < ONSET else second - ONSET if second < 2340 else second - 2340),
            ),
            "events.json": exports.killed_containers(ONSET, 2340),
            "changes.csv": changes((-1800, "deploy", "cart", "v40", "keep carts in memory")),
        },
    )
    yield Kind(
        "Traffic surge",
        "A campaign brings eight times the usual traffic, and the proxy turns requests away.",
        {"access.log": "how much traffic there was, and what was turned away", "alerts.json": "when it was detected"},
        "All routes fail at about the same rate, so pmkit names nothing that the failed requests have in common.",
        texts=lambda: {
            "access.log": access_log(
                lambda second, path: 503 if ONSET <= second < ONSET + 900 and (second + len(path)) % 3 == 0 else 200,
                lambda second: 8 if ONSET - 60 <= second < ONSET + 900 else 1,
                lambda second: 1.8 if ONSET <= second < ONSET + 900 else 0.05,
            ),
            "alerts.json": alert("TooManyErrors", "edge", ONSET + 120, ONSET + 1000, "a third of the requests fail"),
        },
    )
    yield Kind(
        "Data corruption",
        "A migration leaves rows that a service cannot read. Users see old balances.",
        {"ledger.log": "what the service logged", "changes.csv": _DEPLOYS},
        "Errors in logs are counted, because the exports contain no requests.",
        texts=lambda: {
            "ledger.log": service_log(
                "ledger", "posted entry {second}", "checksum mismatch in balances, row {second}", ONSET, ONSET + 1200
            ),
            "changes.csv": changes((ONSET - 20, "migration", "ledger", "0042", "store balances in cents")),
        },
    )
    yield Kind(
        "Vendor outage",
        "The provider of card payments is down.",
        {
            "access.log": _FAILING,
            "payments.log": "what the provider answered",
            "vendor.json": "what the provider published: `incidents.json` of its status page",
            "changes.csv": "shows that no change explains it",
        },
        "No change explains the failures. The incident that the vendor published is in the timeline beside yours.",
        with_timeline=True,
        texts=lambda: {
            "access.log": access_log(between(ONSET, ONSET + 880, "/api/pay", 503)),
            "payments.log": service_log(
                "payments",
                "charge accepted",
                "POST https://cardpay.example/v1/charges: 503 Service Unavailable",
                ONSET,
                ONSET + 880,
            ),
            "vendor.json": exports.vendor_status(),
            "changes.csv": changes((-21600, "deploy", "catalog", "v73", "show stock")),
        },
    )
    yield Kind(
        "DNS failure",
        "A change of the resolver makes names fail to resolve, in several services at once.",
        {"access.log": _FAILING, "orders.log, cart.log": "why they failed", "changes.csv": _DEPLOYS},
        "Two services log the same kind of error, and the change is on a third.",
        texts=lambda: {
            "access.log": access_log(
                lambda second, path: 500 if ONSET <= second < ONSET + 600 and ("cart" in path or "orders" in path) else 200
            ),
            "orders.log": service_log("orders", "order stored", "getaddrinfo EAI_AGAIN db.internal", ONSET, ONSET + 600),
            "cart.log": service_log("cart", "cart stored", "getaddrinfo EAI_AGAIN cache.internal", ONSET, ONSET + 600),
            "changes.csv": changes(
                (ONSET - 12, "config", "coredns", "forward=10.0.0.9", "forward to the new resolver"),
                (ONSET + 590, "config", "coredns", "forward=10.0.0.2", "forward to the old resolver"),
            ),
        },
    )
    yield Kind(
        "Security incident",
        "Somebody tries stolen passwords. Nothing is slow, and no user's request fails.",
        {"access.log": "who tried what", "incident.yaml": "the times that people confirmed"},
        "A refused password is no failure, so none is counted, but the refusals are noticed. The confirmed times decide.",
        texts=lambda: {"access.log": exports.login_log()},
        fields=f"times:\n  started_at: {at(ONSET)}\n  ended_at: {at(ONSET + 600)}\n",
    )
