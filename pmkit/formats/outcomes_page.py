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
   routes that usually succeed. They decide only if fewer requests than usual succeeded meanwhile; a scanner that gets 404 is no
   impact. If they decide, these requests count as failed, and the report says that this is an exception.
3. **Outcomes** of tasks, jobs, invocations, messages and the like, in logs that state successes and failures.
4. **Error events**: all other lines, by severity.
5. **Metrics** of errors, latency and availability.
6. **Alerts**: from the first that fired to the last that resolved.
7. **Confirmed times**, from `times` in `incident.yaml`; they decide before all others where there are any.

The strongest evidence that was worse than usual decides when the impact was. The rest is shown beside it: what agrees, what was as
usual, and what was worse at another time. If nothing shows an impact, the summary lists everything that was looked at, with its counts,
and says what the exports lack. `rungs` in the [JSON](json.md) has all of it.

## Outcomes

An event with an HTTP status of 400 or above is judged by its status. Any other event is judged by the outcome that it states:

- **ok**
- **failed**
- **retried**: it failed and will be tried again; counts as a failed attempt
- **refused**: it was the caller's fault; does not count as a failure

An event that states no outcome is judged by its HTTP status, or else by its severity. The column `outcome` of [logs](python.md#logs)
has the outcome, and `outcome_of` says what it belongs to, such as a request or a task.

Several events of one task, and attempts with the same request ID, count once: as failed if any of them failed. A remark says how many
there were and how many succeeded in the end.

Probes, load tests (by their user agent), CORS preflights and upgrades to WebSockets are not counted as users' requests. A remark says
how many there were. Use `leave_out` under `errors` in [`incident.yaml`](incident-yaml.md) to change that, and `fails_if` to count
anything else as failed.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_CONCEPT, *_fields(), *_messages()]) + "\n"


def _fields() -> Iterator[str]:
    yield from (
        "## Fields that state an outcome",
        "",
        "In JSON, logfmt, LTSV and CSV, if most values of the field look like these.",
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
