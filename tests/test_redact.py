"""Secrets are told from what only looks like them."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import findings_of
from hypothesis import given
from hypothesis import strategies as st
from samples import BEGIN, access_log, at

from pmkit.findings import Findings, analyse, compared
from pmkit.incident import Incident
from pmkit.postmortem import Report
from pmkit.provenance import provenance
from pmkit.redact import SECRETS, hidden, secrets, without_secrets
from pmkit.store import open_incident
from pmkit.summary import text as summary

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


SECRET = "hunter22-of-the-till"  # noqa: S105 - made up


def test_no_secret_of_the_data_or_of_what_people_wrote_is_in_a_report(incident: Callable[..., Incident]) -> None:
    errors = "".join(
        f'{{"time": "{at(second).isoformat()}", "level": "error", "service": "cart", '
        f'"msg": "cannot open postgres://till:{SECRET}@db/orders, retry {second}"}}\n'
        for second in range(600, 900, 5)
    )
    change = f'{{"at": "{at(590).isoformat()}", "kind": "config", "service": "cart", "summary": "set DB_PASSWORD={SECRET}"}}\n'
    chat = json.dumps([{"type": "message", "user": "U1", "username": "on-call", "ts": f"{BEGIN.timestamp() + 650:.6f}",
                        "text": f"ack, the pool uses password={SECRET}"}])  # fmt: skip
    made = incident(
        {
            "access.log": access_log(20, failing=[range(600, 900)]),
            "errors.jsonl": errors,
            "changes.jsonl": change,
            "chat.json": chat,
        },
        f"trigger: The deploy with DB_PASSWORD={SECRET}.\nwent_badly: ['It was started with --password={SECRET}.']",
    )
    findings = compared(analyse(made, open_incident(made)))
    shown = "\n".join(section._repr_markdown_() for section in Report(findings).sections)
    for told in (shown, findings.to_json(), summary(findings), json.dumps(provenance(Report(findings).findings))):
        assert SECRET not in told
    placeholders = set(re.findall(r"<password:[0-9a-f]{4}>", html.unescape(shown.replace("\\", ""))))
    assert len(placeholders) == 1, placeholders  # equal secrets stay recognisable
    assert "<url-password:" in findings.to_json()
    assert "1 × password in a URL" in shown.replace("\u00a0", " ")


def test_no_secret_of_an_earlier_incident_is_in_a_report() -> None:
    found = findings_of("INC-2026-1123")
    (match, *_) = found.history
    measure = match.open_measures[0].model_copy(update={"action": f"Rotate DB_PASSWORD={SECRET}"})
    told = without_secrets((replace(match, title=f"token={SECRET}", open_measures=(measure,)),), "INC-1")
    assert SECRET not in str(told)
    assert told[0].open_measures[0].action.startswith("Rotate DB_PASSWORD=<password:")


def test_findings_without_secrets_are_as_they_were() -> None:
    found = findings_of("INC-2026-1103")
    assert without_secrets(found.to_dict(), "key") == found.to_dict()


@pytest.mark.parametrize("unit", ["a.", "password=", "eyJ", "-----BEGIN PRIVATE KEY-----", "cookie: a=b;", "x://y:", "Bearer "])
def test_a_hostile_text_takes_four_times_as_long_when_it_is_four_times_as_long(unit: str) -> None:
    def taken(length: int) -> float:
        text = f"{unit * (length // len(unit))} key ://"
        began = time.process_time()
        hidden(text, "key")
        return time.process_time() - began

    taken(1_000)
    assert taken(80_000) < 9 * taken(20_000) + 0.1
