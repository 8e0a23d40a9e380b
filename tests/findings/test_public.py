"""The public version contains nothing internal, wherever it came from."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from conftest import DATA, RECORDED, findings_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from samples import BEGIN, at, thinned

from pmkit.cli import main
from pmkit.core.choices import Template
from pmkit.core.errors import InputError
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate
from pmkit.findings.public import DROPPED, KEPT, SCRUBBED, Scrub, names_in, people_of, public
from pmkit.incident.folder import find_incident
from pmkit.incident.model import IncidentFile
from pmkit.publish import job, run
from pmkit.publish.preview import page
from pmkit.reports.figures.chart import Chart
from pmkit.reports.outlines import OUTLINES
from pmkit.reports.report import Report

SECRETS = {
    "host of the log": "web7-prod", "host with a domain": "db3.shop.internal", "pod": "cart-6d4cf56db6-x2x9q",
    "cloud host": "ip-10-3-4-5",
    "address": "10.20.30.40", "address with a port": "10.20.30.41:5432", "address in six": "fd00:12::7",
    "client": "203.0.113.77", "mail": "ada.byron@shop.example", "handle": "@abyron", "person in the chat": "Ada Byron",
    "person behind a change": "Grace Murray", "message": "cannot allocate a widget for", "export": "app-server.jsonl",
    "tracker": "https://tracker.shop.internal/T-1", "link of an alert": "http://prometheus.shop.internal/graph",
}  # fmt: skip
PARTS_OF_SECRETS = ("web9-prod", "Byron", "Murray", "10.20.30", ".internal", "db3")
ALL = " ".join(value for name, value in SECRETS.items() if name not in ("message", "tracker", "link of an alert"))


def exports() -> dict[str, str]:
    """Return logs, alerts, changes and chat that contain every secret."""
    lines, errors = [], []
    served = {"host": SECRETS["host of the log"], "client_ip": SECRETS["client"], "service": "cart", "path": "/api/cart"}
    for second in range(1200):
        bad = 400 <= second < 700
        time = at(second).isoformat()
        lines.append({"time": time, **served, "status": 500 if bad else 200, "method": "GET", "duration_ms": 12})
        if bad and second % 3 == 0:
            words = f"{SECRETS['message']} order {second} on {SECRETS['host with a domain']}"
            errors.append({"time": time, "level": "error", "service": "cart", "msg": words})
    alert = {"alertname": "Errors", "started_at": at(460).isoformat(), "summary": f"cart fails on {ALL}", "service": "cart",
             "instance": "web9-prod:8080", "url": SECRETS["link of an alert"], "resolved_at": at(760).isoformat()}  # fmt: skip
    change = {"at": at(390).isoformat(), "kind": "deploy", "service": "cart", "version": "v2", "summary": f"roll out to {ALL}",
              "actor": f"{SECRETS['person behind a change']} (SRE)"}  # fmt: skip
    undo = {**change, "at": at(695).isoformat(), "kind": "rollback", "version": "v1"}
    posts = ((500, f"ack, {ALL}"), (705, f"rollback is done on {ALL}"), (900, "all clear"))
    author = {"type": "message", "user": "U1", "username": SECRETS["person in the chat"]}
    chat = [{**author, "ts": f"{BEGIN.timestamp() + moment:.6f}", "text": text} for moment, text in posts]
    return {
        SECRETS["export"]: "".join(json.dumps(line) + "\n" for line in lines),
        "errors.jsonl": "".join(json.dumps(line) + "\n" for line in errors),
        "alerts.jsonl": json.dumps(alert) + "\n",
        "changes.jsonl": json.dumps(change) + "\n" + json.dumps(undo) + "\n",
        "chat.json": json.dumps(chat),
    }


_ONE = (
    "title",
    "what_happened",
    "data_loss",
    "root_cause_summary",
    "trigger",
    "root_cause",
    "resolution",
    "still_degraded",
    "backlog_check",
    "internal_message",
    "external_message",
)
_MANY = ("contributing_factors", "five_whys", "responders", "went_well", "went_badly", "got_lucky")
_MEASURE = f"action: 'Look at {ALL}', type: prevent, owner: Ada Byron, priority: P1, due: 2026-02-01, done_when: '{ALL} is well'"
WRITTEN = "\n".join(
    [
        *(f"{field}: 'Something of {ALL} was wrong'" for field in (*_ONE, "owner")),
        *(f"{field}: ['Something of {ALL} was so.']" for field in _MANY),
        f"timeline: [{{at: 2026-01-17 03:08:00, text: 'Somebody looked at {ALL}.', evidence: 'app-server.jsonl:12'}}]",
        f"measures: [{{{_MEASURE}, tracker: '{SECRETS['tracker']}'}}]",
    ]
)


def text_of(files: list[Path]) -> dict[str, str]:
    """Return all readable text in files, including pictures and metadata."""
    texts = {}
    for path in files:
        if path.suffix == ".pdf":
            text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
            text += subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
            text += "".join(text.split())  # a line may end within a word
        else:
            text = html.unescape(path.read_text())
            for encoded in re.findall(r"base64,([A-Za-z0-9+/=]+)", text):
                text += html.unescape(base64.b64decode(encoded).decode("utf-8", "replace"))
        texts[path.name] = text
    return texts


@pytest.fixture(scope="module")
def folder_with_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "INC-7"
    folder.mkdir()
    for name, text in exports().items():
        (folder / name).write_text(text)
    (folder / "incident.yaml").write_text(f"id: INC-7\n{WRITTEN}\nslo: {{availability: 0.999}}\n")
    return folder


@pytest.fixture(scope="module")
def findings_with_secrets(folder_with_secrets: Path) -> Findings:
    return investigate("INC-7", folder_with_secrets.parent)


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """Return the charts that were drawn so far, by name: one that several templates have is drawn once."""
    return {}


@pytest.mark.kernel
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_no_public_file_contains_anything_internal(
    folder_with_secrets: Path, findings_with_secrets: Findings, tmp_path: Path
) -> None:
    incident = find_incident("INC-7", folder_with_secrets.parent)
    (tmp_path / "INC-7.html").write_text(page(findings_with_secrets))
    inside = text_of([tmp_path / "INC-7.html"])
    outside = text_of(run.run(job.Job(incident, tmp_path / "out", ["html", "pdf", "md"], audience="public")))
    assert {path.suffix for path in map(Path, outside)} >= {".html", ".pdf", ".md", ".svg"}
    for what, secret in SECRETS.items():
        if what not in ("link of an alert", "client"):  # no report shows these
            assert secret in inside["INC-7.html"], what
        for name, text in outside.items():
            assert secret.casefold() not in text.casefold(), (what, name)
    for text in outside.values():
        for internal in (*PARTS_OF_SECRETS, str(folder_with_secrets.parent), "prometheus"):
            assert internal not in text, internal
    published = outside["INC-7.html"]
    for heading in ("Issue Summary", "Timeline", "Root Cause", "Resolution and recovery", "Corrective and Preventative Measures"):
        assert f">{heading}</h2>" in published
    assert "Appendix" not in published


@pytest.mark.slow
@pytest.mark.parametrize("template", OUTLINES)
def test_the_public_report_contains_nothing_internal_in_any_template(
    findings_with_secrets: Findings, drawn: dict[str, str], template: Template
) -> None:
    report = Report(findings_with_secrets, "public", template)
    text = "".join(html.unescape(section._repr_markdown_()) for section in report.sections)
    for chart in (part for section in report.sections for part in section.parts if isinstance(part, Chart)):
        drawn[chart.name] = drawn.get(chart.name) or chart.svg()
        text += drawn[chart.name]
    assert "## Issue Summary" in text
    for what, secret in SECRETS.items():
        assert secret.casefold() not in text.casefold(), what
    for internal in PARTS_OF_SECRETS:
        assert internal not in text, internal


@pytest.mark.parametrize("incident_id", thinned(RECORDED, 2))
def test_public_reports_on_the_recordings_name_no_host_address_author_or_file(incident_id: str, tmp_path: Path) -> None:
    findings = findings_of(incident_id)
    (tmp_path / "report.html").write_text(page(public(findings)))
    text = text_of([tmp_path / "report.html"])["report.html"]
    for source in findings.data_quality["source"]:
        assert source not in text
    for template in findings.patterns["template"]:
        assert template.split("<*>")[0].strip() not in text
    for host in findings.store.hosts():
        assert not re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", text), host
    assert not re.search(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text)
    for message in findings.messages["text"]:
        assert str(message) not in text


def fields_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield the names of the fields of a model that the public version goes through, and those of the models in them."""
    for name, field in model.model_fields.items():
        yield name
        if name in SCRUBBED:
            yield from (inner for nested in models_in(field.annotation) for inner in fields_of(nested))


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models in an annotation such as `tuple[Note, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def test_every_field_of_incident_yaml_is_either_kept_or_scrubbed_or_dropped() -> None:
    fields = set(fields_of(IncidentFile))
    assert {"title", "tracker", "evidence", "at"} < fields
    assert Counter(fields) == Counter([*KEPT, *SCRUBBED, *DROPPED])


def test_a_field_that_nobody_classified_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmkit.findings.public.SCRUBBED", [name for name in SCRUBBED if name != "trigger"])
    (tmp_path / "INC-7").mkdir()
    (tmp_path / "INC-7" / "access.log").write_text(exports()["errors.jsonl"])
    (tmp_path / "INC-7" / "incident.yaml").write_text("id: INC-7\ntitle: t\ntrigger: a secret\nroot_cause: a cause\n")
    file = public(investigate("INC-7", tmp_path)).incident.file
    assert (file.trigger, file.root_cause) == (None, "a cause")


def test_a_person_named_like_a_choice_does_not_change_the_choices(tmp_path: Path) -> None:
    chat = [{"type": "message", "user": "U1", "username": "hardware", "ts": f"{BEGIN.timestamp():.6f}", "text": "on it"}]
    (tmp_path / "INC-7").mkdir()
    (tmp_path / "INC-7" / "errors.jsonl").write_text(exports()["errors.jsonl"])
    (tmp_path / "INC-7" / "chat.json").write_text(json.dumps(chat))
    (tmp_path / "INC-7" / "incident.yaml").write_text("id: INC-7\ntitle: t\ntrigger_category: hardware\n")
    findings = investigate("INC-7", tmp_path)
    assert people_of(findings) == {"hardware"}
    assert public(findings).incident.file.trigger_category == "hardware"


def test_making_the_public_version_does_not_change_the_findings() -> None:
    findings = findings_of("INC-2026-1103")
    before = findings.to_json()
    public(findings)
    assert findings.to_json() == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rolled back at 10:17:14, in v3.8.0 and 2026-11-03.", None),
        (
            "Connections to 10.0.0.5:5432 and [fd00::1]:80 failed.",
            "Connections to <ip> and <ip> failed.",
        ),
        ("10.0.0.0/8 was blocked.", "<ip> was blocked."),
        ("The node web7-prod was full.", "The node an internal host was full."),
        ("webbing is not web7-productive", None),
        ("See app.log:12.", "See the logs."),
        ("Ask ada@shop.example or @ada.", "Ask <email> or a colleague."),
        ("Ada Byron and Ada's team", "A colleague and a colleague's team"),
        ("std::vector ::1 f() ::", "std::vector <ip> f() ::"),
        ("100% of requests, 1.5 s, 12:30, a.b, e.g. this", None),
        ("http://localhost:8080/x", "http://an internal host/x"),
    ],
)
def test_internal_names_are_replaced_and_lookalikes_are_kept(text: str, expected: str | None) -> None:
    scrub = Scrub(["web7-prod"], ["Ada Byron"], ["logs/app.log"])
    assert re.sub(r"<(ip|email):[0-9a-f]{4}>", r"<\1>", scrub(text)) == (text if expected is None else expected)


@given(st.text(max_size=80), st.ip_addresses().map(str))
def test_an_address_between_words_is_always_replaced(words: str, address: str) -> None:
    scrubbed = Scrub([], [], [])(f"{words} {address} {words}")
    assert f" {address} " not in scrubbed or not address.strip("0.:") or f" {address} " in f" {words} "


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada Byron", ["Ada Byron"]),
        ("abyron", ["abyron"]),
        ("Ada Byron (SRE)", ["Ada Byron"]),
        ("on-call SRE", []),
        ("Incident Commander", []),
        ("Site Reliability Engineer", []),
        ("checkout team / Émile Zola", ["Émile Zola"]),
    ],
)
def test_names_are_distinguished_from_roles(author: str, names: list[str]) -> None:
    assert list(names_in(author)) == names


def test_a_notebook_is_not_written_for_the_public(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="a notebook holds its code"):
        run.run(job.Job(find_incident("INC-2026-1103", DATA), tmp_path / "out", ["ipynb"], audience="public"))
    assert not (tmp_path / "out").exists()
    words = ["INC-2026-1103", "--data", str(DATA), "--audience", "public", "--to", "html,ipynb", "--out", str(tmp_path)]
    assert main(["report", *words]) == 2
    assert "for the public write html, pdf or md" in capsys.readouterr().err
