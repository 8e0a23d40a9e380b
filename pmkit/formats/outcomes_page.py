"""The page of the manual about what counts as failed, with the conventions by which entries state their outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmkit.formats.outcome_conventions import FIELDS, MESSAGES, FieldConvention, MessageConvention

_CONCEPT: Final = """# What counts as failed

## The ladder

pmkit looks at all evidence that an incident's exports contain, from the strongest down:

1. **Requests** of the log nearest to the user: by HTTP status, gRPC code, or errors inside a GraphQL response. Then requests of
   other logs, if they fail in a way that the outermost log cannot see.
2. **Refusals**: redirects, client errors such as 401, 429 and 499, and requests without an answer (a status of `000` or `-`), on
   routes that usually succeed. A rise decides only if fewer requests than usual succeeded meanwhile, so a scanner that gets 404 is
   no impact. These requests then count as failed, and the report says that the rule does not say so.
3. **Outcomes** of tasks, jobs, invocations, messages and the like, in logs that state successes and failures.
4. **Error events**: all other lines, by severity.
5. **Metrics** of errors, latency and availability.
6. **Alerts**: from the first that fired to the last that resolved.
7. **Confirmed times**, from `times` in `incident.yaml`; they decide before all others where there are any.

The highest rung that was worse than usual decides when the impact was. The others are shown beside it: those that agree, those
that were as usual, and those that were worse at another time. If none shows an impact, the summary names each with its counts and
says what the exports lack. `rungs` in the [JSON](json.md) has them all.

## Outcomes

An event with an HTTP status of 400 or above is judged by its status. Otherwise, what it states counts: **ok**, **failed**,
**retried** (failed, and to be tried again; counts as a failed attempt) or **refused** (the caller's fault; counts as no failure).
An event that states no outcome is judged by its HTTP status, or else by its severity. The outcome is in the column `outcome` of
[logs](python.md#logs), and `outcome_of` says what it is of, such as a request or a task.

Several events of one task, and attempts with one request ID, count once, as failed if any of them failed; a remark says how many
there were and how many succeeded in the end.

Requests of probes and load tests (by their user agent), CORS preflights and upgrades to WebSockets are not counted as users'
requests, and a remark says how many there were. `leave_out` under `errors` in [`incident.yaml`](incident-yaml.md) changes that.
Anything else that counts as failed goes under `fails_if` there.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_CONCEPT, *_fields(), *_messages()]) + "\n"


def _fields() -> Iterator[str]:
    yield from (
        "## Fields that state an outcome",
        "",
        "In JSON, logfmt, LTSV and CSV, wherever most values of the field are such.",
        "",
    )
    yield from ("| convention | fields, in any spelling | examples |", "| --- | --- | --- |")
    for convention in FIELDS:
        keys = ", ".join(f"`{key}`" for key in convention.keys)
        beside = f"; beside {', '.join(f'`{key}`' for key in convention.beside)}" if convention.beside else ""
        yield f"| {convention.title} | {keys}{beside} | {_examples(convention)} |"


def _messages() -> Iterator[str]:
    yield from ("", "## Messages that state an outcome", "", "| convention | of | examples |", "| --- | --- | --- |")
    for convention in MESSAGES:
        yield f"| {convention.title} | {convention.noun} | {_examples(convention)} |"


def _examples(convention: FieldConvention | MessageConvention) -> str:
    return ", ".join(f"`{value}` {outcome}" for value, outcome in convention.samples.items()).replace("|", "\\|")
