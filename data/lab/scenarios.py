"""What goes wrong, and how the team meets it. Waits are in seconds of calm, looking and acting.

Each scenario gets a `Stage`, on which it acts and speaks; the stage notes every moment. What
people say carries the numbers that the monitoring really showed them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorder import Stage

SRE, COMMANDER, SUPPORT = "on-call SRE", "incident commander", "support"
CATALOG, CHECKOUT, PLATFORM = "catalog team", "checkout team", "platform team"


def bad_deploy(stage: Stage, bad: str = "v2.4.1", good: str = "v2.4.0") -> None:
    """A new version of catalog fails every search without a facet; it is rolled back."""
    stage.wait(420)
    stage.edge("config", "edge", "edge-57", "keepalive_timeout 65s to 75s", "keepalive_timeout 75s;")
    stage.wait(45)
    stage.moment("trigger")
    stage.deploy("deploy", "catalog", bad, "rank search results by facet match")
    stage.say(CATALOG, f"catalog {bad} is out everywhere")
    alert = stage.await_alert("HighErrorRatio", 300)
    stage.moment("detected")
    stage.wait(70)
    stage.say(SRE, "ack, looking at the search errors")
    stage.moment("acknowledged")
    stage.wait(50)
    stage.say(SUPPORT, "customers write that search shows an error page, some searches work")
    stage.wait(60)
    stage.say(COMMANDER, "I take command. Severity 2. Updates here every 10 minutes")
    stage.wait(75)
    stage.snapshot_alerts()
    stage.say(SRE, f"only /api/search fails. The alert says: {alert['commonAnnotations']['summary']}")
    stage.wait(60)
    stage.say(CATALOG, "max() of an empty list in rank_by_facet_match: searches without a facet crash")
    stage.wait(45)
    stage.say(COMMANDER, f"decision: roll catalog back to {good}")
    stage.wait(30)
    stage.deploy("rollback", "catalog", good, f"roll back {bad}: search fails without facets")
    stage.moment("mitigated")
    stage.say(SRE, f"rollback to {good} is done, errors are going down")
    stage.await_resolved(240)
    stage.wait(90)
    stage.say(SRE, "all clear, no failed search in the last minutes")
    stage.moment("resolved")
    stage.wait(300)


def bad_deploy_again(stage: Stage) -> None:
    """The first failure once more, under a later version."""
    bad_deploy(stage, bad="v2.6.0", good="v2.5.3")


def pool_leak(stage: Stage) -> None:
    """A version of checkout keeps a connection for every expired coupon, until none is left."""
    stage.wait(390)
    stage.moment("trigger")
    stage.deploy("deploy", "checkout", "v3.8.0", "answer expired coupons with 409 before an order is placed")
    stage.say(CHECKOUT, "checkout v3.8.0 is live")
    alert = stage.await_alert(None, 1200)
    stage.moment("detected")
    stage.wait(60)
    stage.say(SRE, f"ack: {alert['commonLabels']['alertname']} on checkout")
    stage.moment("acknowledged")
    stage.wait(45)
    stage.say(COMMANDER, "I take command. Orders are affected, severity 1")
    stage.wait(45)
    stage.say(SRE, "checkout waits for the database, the database itself looks idle")
    stage.wait(40)
    stage.say(CHECKOUT, "the related products query is the heaviest one in the cart, we switch it off first")
    stage.flag("checkout", "related_products", False, "switch off related products to relieve the database")
    stage.moment("first_mitigation")
    stage.wait(90)
    stage.snapshot_alerts()
    stage.say(SRE, "no change after switching the flag, checkouts still fail")
    stage.say(SUPPORT, "many customers cannot order, the cart spins and then shows an error")
    stage.wait(60)
    stage.say(CHECKOUT, "10 connections are idle in transaction: v3.8.0 does not give them back")
    stage.wait(40)
    stage.say(COMMANDER, "decision: roll checkout back to v3.7.2")
    stage.wait(20)
    stage.deploy("rollback", "checkout", "v3.7.2", "roll back v3.8.0: it leaks database connections")
    stage.moment("mitigated")
    stage.say(SRE, "rollback is done, orders go through again")
    stage.await_resolved(240)
    stage.wait(75)
    stage.say(SRE, "all clear, latency is back to where it was this morning")
    stage.flag("checkout", "related_products", True, "switch related products on again")
    stage.moment("resolved")
    stage.wait(330)


def database_cut_off(stage: Stage) -> None:
    """A network policy drops the packets to the database; one service needs a restart besides."""
    stage.wait(450)
    stage.moment("trigger")
    stage.policy("config", "netpol-214", "restrict egress of the shop subnet", "deny")
    stage.await_alert(None, 300)
    stage.moment("detected")
    stage.wait(40)
    stage.say(SRE, "ack, several alerts at once")
    stage.moment("acknowledged")
    stage.wait(35)
    stage.say(COMMANDER, "I take command. Search, products and orders are down, severity 1")
    stage.wait(30)
    stage.say(SUPPORT, "the whole shop is unusable for customers, pages load and then fail")
    stage.wait(45)
    stage.snapshot_alerts()
    stage.say(SRE, "both services log timeouts to the database, the database itself is up and idle")
    stage.wait(60)
    stage.say(PLATFORM, "netpol-214 went live shortly before, it does not list port 5432. Reverting")
    stage.wait(25)
    stage.policy("rollback", "netpol-213", "revert netpol-214: it drops packets to the database", "allow")
    stage.moment("first_mitigation")
    stage.wait(60)
    stage.say(SRE, "search and products are back, cart and checkout still fail")
    stage.wait(60)
    stage.say(CHECKOUT, "our pool holds dead connections, the threads wait on them for ever. Restarting checkout")
    stage.wait(15)
    stage.deploy("deploy", "checkout", "v3.7.2", "restart to drop the dead database connections")
    stage.moment("mitigated")
    stage.say(SRE, "checkout answers again")
    stage.await_resolved(300)
    stage.wait(80)
    stage.say(COMMANDER, "all clear. Thanks all")
    stage.moment("resolved")
    stage.wait(330)


SCENARIOS = {
    "bad-deploy": (bad_deploy, {"catalog": "v2.4.0", "checkout": "v3.7.2"}),
    "pool-leak": (pool_leak, {"catalog": "v2.4.2", "checkout": "v3.7.2"}),
    "database-cut-off": (database_cut_off, {"catalog": "v2.4.2", "checkout": "v3.7.2"}),
    "bad-deploy-again": (bad_deploy_again, {"catalog": "v2.5.3", "checkout": "v3.7.4"}),
}
