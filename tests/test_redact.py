"""Secrets are told from what only looks like them."""

from __future__ import annotations

import pytest
from conftest import findings_of
from hypothesis import given
from hypothesis import strategies as st

from pmkit.findings import Findings
from pmkit.redact import SECRETS, secrets

SAMPLES = [(kind.name, text) for kind in SECRETS for text in kind.samples]
OTHERS = [text for kind in SECRETS for text in kind.others]


@pytest.mark.parametrize(("name", "text"), SAMPLES)
def test_a_secret_is_found_and_named(name: str, text: str) -> None:
    assert [hit.name for hit in secrets(text)] == [name]


@pytest.mark.parametrize(("name", "text"), SAMPLES)
def test_a_secret_is_found_inside_of_a_line(name: str, text: str) -> None:
    assert name in [hit.name for hit in secrets(f'10:17:14 ERROR checkout: "{text}" (retry 3)')]


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert list(secrets(text)) == []


def test_of_a_value_behind_its_name_the_value_is_the_secret() -> None:
    (hit,) = secrets("connect with DB_PASSWORD=hunter22 to db3")
    assert "connect with DB_PASSWORD=hunter22 to db3"[hit.start : hit.end] == "hunter22"


@pytest.mark.parametrize("incident_id", ["INC-2026-1012", "INC-2026-1112"])
def test_the_logs_of_the_recordings_hold_none(incident_id: str) -> None:
    found: Findings = findings_of(incident_id)
    logs = found.store.logs(found.impact.start, found.impact.end)
    for text in {*logs["message"].dropna().head(2000), *logs["attributes"].dropna().head(2000)}:
        assert list(secrets(str(text))) == [], text


@given(st.text(max_size=200))
def test_hits_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for hit in secrets(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end
