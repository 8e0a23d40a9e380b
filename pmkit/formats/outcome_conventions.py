"""Conventions by which an entry says how something ended, beside an HTTP status: fields of structured logs, and messages.

An outcome is `ok`, `failed`, `retried` (failed, and to be tried again) or `refused` (the caller's fault). The conventions are two
tables, `FIELDS` and `MESSAGES`, with one entry each; the first one that applies to an entry counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# Where a message begins: at the beginning of the text, or behind a severity.
_BEGINNING: Final = r"^(?:[\[(<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)[\])>]?:?\s+)?"


@dataclass(frozen=True, eq=False)
class FieldConvention:
    """A field that states an outcome.

    Attributes
    ----------
    name, title : str
        A name, and what it is.
    keys : tuple of str
        The names of the field, as `spelling` spells them.
    values : mapping of str to str
        A regular expression for the whole value of each outcome, in any case.
    noun : str
        What ended, such as request; empty to find out from the other fields, see `outcomes.NOUNS`.
    beside : tuple of str
        One of these fields must be there, too, unless there are none.
    if_missing : str
        The outcome of an entry without the field that has one of the fields `beside`; empty for none.
    samples : mapping of str to str
        Values with their outcomes.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    values: Mapping[str, str]
    noun: str = ""
    beside: tuple[str, ...] = ()
    if_missing: str = ""
    samples: Mapping[str, str] = field(default_factory=dict)

    def outcome_of(self, value: object) -> str | None:
        """Return the outcome that a value states."""
        text = str(value).strip()
        return next((name for name, pattern in self.values.items() if re.fullmatch(f"(?is:{pattern})", text)), None)


@dataclass(frozen=True, eq=False)
class MessageConvention:
    """A message that states an outcome.

    Attributes
    ----------
    name, title : str
        A name, and what it is.
    noun : str
        What ended, such as task.
    values : mapping of str to str
        A regular expression for each outcome, searched for in the message.
    operation, unit : str
        Regular expressions whose group is the name of what ended, and its ID; empty if the message has none.
    samples : mapping of str to str
        Messages with their outcomes.
    """

    name: str
    title: str
    noun: str
    values: Mapping[str, str]
    samples: Mapping[str, str]
    operation: str = ""
    unit: str = ""

    def outcome_of(self, message: str) -> str | None:
        """Return the outcome that a message states."""
        return next((name for name, pattern in self.patterns.items() if re.search(pattern, message)), None)

    @property
    def patterns(self) -> dict[str, str]:
        """The patterns of `values`, in which the beginning of a message may be behind a severity."""
        return {name: re.sub(r"(?<!\[)\^", lambda _: _BEGINNING, pattern) for name, pattern in self.values.items()}


_OK_WORDS: Final = "ok|success|succeeded|successful|successfully|passed|pass|completed|complete|done|finished|healthy|delivered|acked|acknowledged"
_FAILED_WORDS: Final = (
    "fail|failed|failure|failing|error|errored|exception|fatal|crashed|aborted|timeout|timed[ _-]?out|unhealthy|critical|dead|"
    "dead[ _-]?lettered|discarded|lost|upstream_failed|oomkilled|backofflimitexceeded|deadlineexceeded|undelivered|expired"
)
_RETRIED_WORDS: Final = "retry|retried|retrying|up_for_retry|up_for_reschedule|requeued|redelivered|nacked"
_REFUSED_WORDS: Final = (
    "denied|refused|forbidden|unauthorized|unauthenticated|invalid|bad[ _-]request|not[ _-]found|cancell?ed|rejected"
)
_WORDS: Final = {"ok": _OK_WORDS, "failed": _FAILED_WORDS, "retried": _RETRIED_WORDS, "refused": _REFUSED_WORDS}

_GRAPHQL_REFUSED: Final = "GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|BAD_REQUEST|UNAUTHENTICATED|FORBIDDEN|PERSISTED_QUERY_NOT_FOUND|NOT_FOUND"

# One entry for each convention, the most specific first.
FIELDS: Final = (
    FieldConvention(
        "grpc", "gRPC status code, by name or number, of the client or of the server",
        ("grpccode", "grpc.code", "grpcstatus", "grpc.status", "grpcstatuscode", "grpc.statuscode", "rpc.grpc.statuscode",
         "rpc.response.statuscode", "grpcresponsestatus", "responseflagsgrpc"),
        # The server's fault, as OpenTelemetry's conventions have it; all others are the caller's.
        {"ok": "0|ok", "failed": "2|4|12|13|14|15|unknown|deadline_?exceeded|unimplemented|internal|unavailable|data_?loss",
         "refused": r"1|3|5|6|7|8|9|10|11|16|[a-z_]+"},
        "request",
        samples={"OK": "ok", "0": "ok", "14": "failed", "Unavailable": "failed", "DEADLINE_EXCEEDED": "failed", "NotFound": "refused"},
    ),
    FieldConvention(
        "graphql", "GraphQL errors inside a response with status 200",
        ("errors", "graphqlerrors", "graphql.errors", "errorcount", "errorscount", "response.errors"),
        {"refused": rf".*\"code\"\s*:\s*\"(?:{_GRAPHQL_REFUSED})\".*", "ok": r"\[\s*\]|\{\s*\}|0|null|none|false", "failed": r"\[.+\]|\{.+\}|[1-9]\d*|true"},
        "request", ("operationname", "graphql.operation.name", "graphqloperation", "operation", "graphql.operationname", "query"), "ok",
        samples={"[]": "ok", '[{"message": "timeout"}]': "failed", "2": "failed",
                 '[{"message": "x", "extensions": {"code": "BAD_USER_INPUT"}}]': "refused"},
    ),
    FieldConvention(
        "heroku", "error code of Heroku's router", ("code",),
        {"refused": "H27|H28", "failed": r"H\d\d"}, "request", ("dyno",),
        samples={"H12": "failed", "H27": "refused"},
    ),
    FieldConvention(
        "exit", "exit status of a command, container or job",
        ("exitcode", "exitstatus", "returncode", "rc", "process.exitcode", "exit", "terminated.exitcode"),
        {"ok": "0", "failed": r"-?[1-9]\d*"}, "command",
        samples={"0": "ok", "137": "failed", "-9": "failed"},
    ),
    FieldConvention(
        "flag", "a flag that says whether it succeeded",
        ("success", "succeeded", "ok", "successful", "issuccess", "issuccessful", "result.success", "response.success", "response.ok"),
        {"ok": "true|1|yes|ok|success", "failed": "false|0|no|fail|failed|failure|error"},
        samples={"true": "ok", "False": "failed", "0": "failed"},
    ),
    FieldConvention(
        "state", "the state, result or outcome of a task, job, message, check or deploy, in words",
        ("outcome", "event.outcome", "result", "state", "status", "conclusion", "taskstate", "jobstate", "jobstatus", "taskstatus", "task.state",
         "job.status", "job.state", "finalstate", "finalstatus", "deliverystatus", "healthstatus", "checkstatus", "phase", "reason",
         "deploystatus", "deploymentstatus", "runstatus", "buildstatus", "disposition"),
        _WORDS,
        samples={"SUCCESS": "ok", "failed": "failed", "RETRY": "retried", "timed out": "failed", "denied": "refused"},
    ),
)  # fmt: skip

MESSAGES: Final = (
    MessageConvention(
        "celery", "Celery's worker: one task ends", "task",
        {"ok": r"^Task \S+\[[0-9a-f-]+\] succeeded in ", "retried": r"^Task \S+\[[0-9a-f-]+\] retry: ",
         "failed": r"^Task \S+\[[0-9a-f-]+\] (?:raised unexpected|failed|rejected|ignored|INTERNAL ERROR)|^Hard time limit \(.*exceeded for "},
        {"Task shop.pay[7f0c] succeeded in 0.1s: None": "ok", "Task shop.pay[7f0c] raised unexpected: KeyError(1)": "failed",
         "Task shop.pay[7f0c] retry: Retry in 180s": "retried"},
        r"^Task (\S+)\[", r"\[([0-9a-f-]{4,})\]",
    ),
    MessageConvention(
        "sidekiq", "Sidekiq and Active Job: one job ends", "job",
        {"ok": r"^done$|^done: [\d.]+ sec|^Performed \S+ \(Job ID: ", "failed": r"^fail$|^fail: [\d.]+ sec|^Error performing \S+ \(Job ID: "},
        {"done": "ok", "fail: 0.5 sec": "failed", "Performed Pay (Job ID: 4f1) from Sidekiq(default) in 12.1ms": "ok",
         "Error performing Pay (Job ID: 4f1) from Sidekiq(default) in 12.1ms: KeyError": "failed"},
        r"^(?:Performed|Error performing) (\S+)", r"\(Job ID: ([^)]+)\)",
    ),
    MessageConvention(
        "delayed-job", "Delayed::Job, Resque and Que: one job ends", "job",
        {"ok": r"\bJob \S+ \(id=\w+\).* COMPLETED after |^\(Job\{.*done$", "failed": r"\bJob \S+ \(id=\w+\).* (?:FAILED|STOPPED permanently)"},
        {"[Worker(host:a pid:1)] Job Pay (id=7) COMPLETED after 0.1": "ok", "[Worker(host:a pid:1)] Job Pay (id=7) FAILED (0 prior attempts)": "failed"},
        r"Job (\S+) \(id=",
    ),
    MessageConvention(
        "airflow", "Airflow: one try of a task ends", "task",
        {"ok": r"Marking task as SUCCESS|TaskInstance Finished: .*state=success", "retried": r"Marking task as UP_FOR_RETRY|TaskInstance Finished: .*state=up_for_retry",
         "failed": r"Marking task as FAILED|TaskInstance Finished: .*state=(?:failed|upstream_failed)"},
        {"Marking task as SUCCESS. dag_id=mail, task_id=send": "ok", "Marking task as FAILED. dag_id=mail, task_id=send": "failed",
         "TaskInstance Finished: dag_id=mail, task_id=send, state=up_for_retry, executor=x": "retried"},
        r"task_id=([\w.-]+)",
    ),
    MessageConvention(
        "lambda", "AWS Lambda: one invocation ends", "invocation",
        {"failed": r"^REPORT .*\bStatus: (?:error|timeout)|^Task timed out after |^RequestId: \S+ (?:Error: |Process exited )|^Process exited before completing",
         "ok": r"^REPORT .*Billed Duration"},
        {"REPORT Duration: 12 ms Billed Duration: 12 ms Memory Size: 128 MB": "ok", "Task timed out after 3.00 seconds": "failed",
         "REPORT Duration: 3000 ms Billed Duration: 3000 ms Status: timeout": "failed"},
    ),
    MessageConvention(
        "systemd", "systemd: a unit's process ends", "command",
        {"ok": r"(?:^|: )(?:Deactivated successfully|Succeeded)\.?$|^Finished .*\.$", "failed": r"(?:^|: )Failed with result '|^Failed to start "},
        {"mail.service: Deactivated successfully.": "ok", "mail.service: Failed with result 'exit-code'.": "failed"},
        r"^(\S+): ",
    ),
    MessageConvention(
        "kubernetes", "Kubernetes: a job or a container ends", "job",
        {"ok": r"^Job completed$|\bJob has completed\b", "failed": r"BackoffLimitExceeded|Job has reached the specified backoff limit|Job was active longer than specified deadline|"
         r"^Back-off restarting failed container|\bOOMKilled\b"},
        {"Job completed": "ok", "Job has reached the specified backoff limit": "failed"},
    ),
    MessageConvention(
        "health", "a health check", "health check",
        {"failed": r"(?i)\b(?:liveness|readiness|startup) probe failed|\bhealth[ -]?check\b.*\b(?:failed|failing|timed out|unhealthy|critical)\b|\bcheck is now critical\b",
         "ok": r"(?i)\bhealth[ -]?check\b.*\b(?:passed|passing|succeeded|ok|healthy)\b|\bcheck is now passing\b"},
        {"Readiness probe failed: HTTP probe failed with statuscode: 503": "failed", "health check of web-1 passed": "ok", "health check web-1 timed out": "failed"},
    ),
    MessageConvention(
        "deploy", "a deploy or rollout", "deploy",
        {"failed": r"(?i)^(?:the )?(?:deploy(?:ment)?|rollout|release)\b.*\b(?:failed|aborted|timed out|exceeded its progress deadline)\b",
         "ok": r"(?i)^(?:the )?(?:deploy(?:ment)?|rollout|release)\b.*\b(?:succeeded|successful|successfully|completed|finished)\b"},
        {"deploy of shop v7 succeeded": "ok", "Deployment shop exceeded its progress deadline": "failed"},
    ),
    MessageConvention(
        "queue", "a message of a queue", "message",
        {"failed": r"(?i)\b(?:message|delivery|event|record|msg)\b.*\b(?:dead[ -]?letter(?:ed|ing)?|to (?:the )?(?:dlq|dead)|discarded|poison)|"
         r"\bfailed to (?:process|consume|handle|deliver) (?:message|delivery|event|record)\b|"
         r"\b(?:message|delivery|event|record|msg)\b.*\b(?:processing failed|failed)\b",
         "retried": r"(?i)\b(?:message|delivery|event|record|msg)\b.*\b(?:requeued|redelivered|nacked|will be retried|retrying|scheduled for retry)\b|"
         r"^retrying (?:message|delivery|event|record)\b",
         "ok": r"(?i)\b(?:message|delivery|event|record|msg)\b.*\b(?:acked|acknowledged|processed|consumed|delivered|handled)\b|"
         r"^(?:processed|consumed|handled|delivered|acked) (?:message|delivery|event|record)\b"},
        {"message 17 acked": "ok", "Processed message 18 in 12 ms": "ok", "message 19 moved to the DLQ": "failed", "message 20 requeued": "retried",
         "Failed to process message 21: timeout": "failed"},
        unit=r"(?i)\b(?:message|delivery|event|record|msg)(?: id)?[ =:#]+([\w-]*\d[\w-]*)",
    ),
    MessageConvention(
        "job", "a job, task, run, backup or import, in words", "job",
        {"failed": r"(?i)^(?:the )?(?:\S+ )?(?:job|task|run|backup|import|export|build|batch|pipeline|cron)\b.*\b(?:failed|aborted|timed out|crashed|did not finish)\b",
         "ok": r"(?i)^(?:the )?(?:\S+ )?(?:job|task|run|backup|import|export|build|batch|pipeline|cron)\b.*\b(?:completed|finished|succeeded|done|successful|successfully)\b"},
        {"Job nightly-report completed in 12 s": "ok", "backup of orders failed: disk full": "failed"},
        r"(?i)^(?:the )?(?:job|task|backup|import|export)(?: of)? [\"'`]?([A-Za-z][\w./-]*)",
    ),
    MessageConvention(
        "exit-status", "the exit status of a command, in words", "command",
        {"failed": r"(?i)\bexit(?:ed)?(?: with)?(?: (?:exit |return )?(?:status|code))?[ :=]+-?[1-9]\d*\b|\bkilled by signal\b",
         "ok": r"(?i)\bexit(?:ed)?(?: with)?(?: (?:exit |return )?(?:status|code))?[ :=]+0\b"},
        {"exit status 1: disk full": "failed", "Command exited with return code 1": "failed", "exited with code 0": "ok"},
    ),
)  # fmt: skip
