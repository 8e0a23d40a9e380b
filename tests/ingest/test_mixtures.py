"""Lines of several formats in one export are each read in their own format, however few there are of each."""

from __future__ import annotations

import json

from reading import read

ACCESS = '203.0.113.9 - - [17/Jan/2026:03:00:01 +0000] "GET /a HTTP/1.1" 502 12 "-" "curl/8"'
ROUTER = (
    'at=error code=H12 desc="Request timeout" method=GET path="/pay?x=1" host=shop.example request_id=7b0f fwd="203.0.113.9" '
    "dyno=web.1 connect=1ms service=30001ms status=503 bytes=0 protocol=https"
)


def test_each_container_of_one_export_is_read_in_its_own_format() -> None:
    texts = [
        '{"level":"error","msg":"pool is empty","status":503}',
        "2026-01-17 03:00:01,120 WARNING [shop] slow",
        ACCESS,
        "7:M 17 Jan 2026 03:00:01.123 # Out Of Memory",
    ]
    lines = [
        json.dumps(
            {"log": text, "time": f"2026-01-17T03:00:0{n}Z", "kubernetes": {"pod_name": f"pod-{n}", "container_name": "c"}}
        )
        for n, text in enumerate(texts)
    ]
    events, _ = read("\n".join(lines) + "\n")
    assert events["message"].tolist()[:2] == ["pool is empty", "slow"]
    assert events["severity"].dropna().tolist() == ["ERROR", "WARN", "WARN"]
    assert events["http_status"].tolist()[::2] == [503, 502]


def test_a_few_requests_among_other_messages_in_a_wrapper_are_requests() -> None:
    lines = [f"2026-01-17T03:{n // 60:02}:{n % 60:02}.123456+00:00 app[web.1]: order {n} stored" for n in range(97)]
    lines += [f"2026-01-17T03:02:0{n}.123456+00:00 heroku[router]: {ROUTER}" for n in range(3)]
    events, _ = read("\n".join(lines) + "\n")
    assert events["http_status"].dropna().tolist() == [503] * 3
    assert events["message"].tolist()[:2] == ["order 0 stored", "order 1 stored"]


def test_a_few_requests_in_a_file_without_a_known_format_are_requests() -> None:
    lines = [f"== 2026-01-17T03:00:{n:02}Z == INFO order {n} stored" for n in range(40)]
    events, ledger = read("\n".join([*lines, ACCESS, ACCESS, ACCESS]) + "\n")
    assert ledger.format == "access-combined + generic-text"
    assert events["http_status"].dropna().tolist() == [502] * 3
    assert events["severity"].tolist()[:40] == ["INFO"] * 40
