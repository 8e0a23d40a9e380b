"""Tables are read as people make them: framed, with tabs, with zones, units and days where they put them, in their language."""

from __future__ import annotations

import pytest
from reading import read

_ALERT = ["2026-01-17 03:01 2026-01-17 03:30 cart"]


@pytest.mark.parametrize(
    ("content", "zone"),
    {
        "semicolons": (
            "Alert Name;Level;Service;Start Time;End Time\nSlow;high;cart;17.01.2026 03:01:00;17.01.2026 03:30:00\n",
            "UTC",
        ),
        "French": ("Nom de l'alerte;Gravité;Service;Début;Fin\nSlow;élevée;cart;17/01/2026 03:01;17/01/2026 03:30\n", "UTC"),
        "a zone in the name": (
            "Title,Priority,Affected Service,Created at (UTC),Resolved at (UTC)\n"
            "Slow,P1,cart,2026-01-17 03:01:00,2026-01-17 03:30:00\n",
            "Europe/Berlin",
        ),
        "Markdown": (
            "| Alert | Service | Start | End |\n|---|---|---|---|\n| Slow | cart | 2026-01-17 03:01 | 2026-01-17 03:30 |\n",
            "UTC",
        ),
        "frame": (
            "+-------+---------+------------------+------------------+\n"
            "| Alert | Service | Start            | End              |\n"
            "+-------+---------+------------------+------------------+\n"
            "| Slow  | cart    | 2026-01-17 03:01 | 2026-01-17 03:30 |\n"
            "+-------+---------+------------------+------------------+\n",
            "UTC",
        ),
    }.values(),
)
def test_a_table_of_alerts_is_read_in_every_layout(content: str, zone: str) -> None:
    rows, ledger = read(content, "alerts.csv", timezone=zone)
    assert (ledger.table, ledger.rejected) == ("alerts", 0)
    assert [
        f"{row.started_at:%Y-%m-%d %H:%M} {row.resolved_at:%Y-%m-%d %H:%M} {row.service}" for row in rows.itertuples()
    ] == _ALERT


@pytest.mark.parametrize(
    ("content", "samples"),
    {
        "day and time": ("Datum;Uhrzeit;CPU (%)\n17.01.2026;03:00:00;50,5\n", [("03:00", "CPU (%)", "{}", 50.5, "%")]),
        "halves of the day": ("Date,Time,Errors\n01/17/2026,03:00:00 PM,7\n", [("15:00", "Errors", "{}", 7.0, None)]),
        "tabs": ("time\tcart\n2026-01-17T03:00:00Z\t1\n", [("03:00", "cart", "{}", 1.0, None)]),
        "labels": ("timestamp,host,load\n1768618800,web1,1.5\n", [("03:00", "load", '{"host": "web1"}', 1.5, None)]),
        "two units": (
            "Time,db [ms]\n2026-01-17 03:00:00,250 ms\n2026-01-17 03:01:00,1.5 s\n",
            [("03:00", "db [ms]", "{}", 0.25, "s"), ("03:01", "db [ms]", "{}", 1.5, "s")],
        ),
    }.values(),
)
def test_a_table_of_metrics_is_read_with_its_labels_and_units(content: str, samples: list[tuple[object, ...]]) -> None:
    rows, ledger = read(content, "metrics.csv")
    assert (ledger.table, ledger.rejected) == ("metrics", 0)
    values = rows[["at", "name", "labels", "value", "unit"]].astype({"unit": object}).where(rows.notna(), None).values.tolist()
    assert [(f"{at:%H:%M}", *others) for at, *others in values] == samples


def test_a_table_of_requests_is_a_log_and_no_metrics() -> None:
    _, ledger = read(
        "timestamp,host,method,path,status\n2026-01-17T03:00:00Z,web1,GET,/a,500\n2026-01-17T03:00:01Z,web1,GET,/b,200\n", "a.csv"
    )
    assert ledger.table == "logs"


def test_commits_are_changes_and_no_chat() -> None:
    rows, ledger = read("commit,author,date,message\na84d88e,Ann,2026-01-17T02:58:00Z,Rank by facet\n", "commits.csv")
    assert ledger.table == "changes"
    assert rows[["kind", "version", "summary"]].values.tolist() == [["other", "a84d88e", "Rank by facet"]]
