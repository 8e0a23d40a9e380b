"""The events of one change are one row, whatever their order, and a change that failed is none."""

from __future__ import annotations

import json

from reading import read


def _status(state: str, clock: str, deployment: int = 7) -> str:
    return json.dumps(
        {
            "deployment_status": {"state": state, "created_at": f"2026-01-17T{clock}Z"},
            "deployment": {
                "id": deployment,
                "sha": "a84d88e7",
                "environment": "production",
                "created_at": "2026-01-17T02:59:00Z",
            },
            "repository": {"name": "cart"},
        }
    )


def _times(*events: str) -> tuple[list[str], int]:
    rows, ledger = read("\n".join(events), "deployments.json")
    assert ledger.format == "github-deployment-status"
    return [f"{row.at:%H:%M} {row.finished_at:%H:%M}" for row in rows.itertuples()], ledger.rejected


def test_a_change_begins_with_its_first_event_and_ends_with_the_one_that_it_is_complete() -> None:
    events = (_status("success", "03:04:00"), _status("in_progress", "03:00:00"), _status("queued", "02:59:30"))
    assert _times(*events) == (["03:00 03:04"], 0)


def test_a_change_of_which_only_the_end_is_exported_begins_when_it_was_created() -> None:
    assert _times(_status("success", "03:04:00")) == (["02:59 03:04"], 0)


def test_a_change_that_failed_is_none_and_is_said_to_have_failed() -> None:
    rows, ledger = read("\n".join([_status("in_progress", "03:00:00"), _status("failure", "03:04:00")]), "deployments.json")
    assert (len(rows), ledger.rejected, ledger.notes) == (0, 0, ("1 record left out: a deploy that failed",))
