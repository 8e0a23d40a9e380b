"""The lines around the evidence are those of the logs, redacted, and the page links them."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from samples import access_line, access_log, at

from pmkit.findings.excerpts import excerpts
from pmkit.findings.investigate import analyse_store
from pmkit.incident.folder import Incident
from pmkit.ingest.cache import open_incident
from pmkit.ingest.source_lines import lines_around
from pmkit.publish.preview import page


def test_lines_are_read_with_those_around_them_from_packed_logs_too(incident: Callable[..., Incident]) -> None:
    text = "".join(f"line {n}\r\n" for n in range(1, 501)).encode()
    made = incident({"a.log": text, "b.log.gz": gzip.compress(text), "key.log": text + b"-----BEGIN PRIVATE KEY-----\n"})
    places = [("a.log", 1), ("b.log.gz", 400), ("a.log", 501), ("none.log", 1), ("key.log", 499)]
    assert lines_around(made, places, 1) == {
        ("a.log", 1): [(1, "line 1"), (2, "line 2")],
        ("b.log.gz", 400): [(399, "line 399"), (400, "line 400"), (401, "line 401")],
    }
    assert lines_around(made, [("a.log", 1), ("a.log", 300)], 0, most_bytes=1000) == {("a.log", 1): [(1, "line 1")]}


def test_an_excerpt_is_redacted_and_the_evidence_links_to_it(incident: Callable[..., Incident]) -> None:
    secret = access_line(at(200.5), route="/login?password=hunter2secret&x=<b>```</b>")
    log = access_log(10, failing=[range(200, 400)]).splitlines(keepends=True)
    made = incident({"access.log": "".join([*log[:1002], secret, *log[1002:]])})
    findings = analyse_store(made, open_incident(made))
    (first, *_) = excerpts(findings)
    assert (first.source, first.line) == ("access.log", 1001)
    assert [number for number, _ in first.lines] == [999, 1000, 1001, 1002, 1003]
    assert "hunter2secret" not in str(first)
    html = page(findings)
    assert '<h4 id="access-log-1001"><code>access.log:1001</code></h4>' in html
    assert '<a href="#access-log-1001"><code>access.log:1001</code></a>' in html
    assert "hunter2secret" not in html
    assert "<b>```" not in html
