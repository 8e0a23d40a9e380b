"""The report on many incidents: counts, response times, causes and open action items."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from pmkit.analysis.response.moment import STEPS
from pmkit.core.errors import InputError
from pmkit.core.markdown import bullets, code, escape, table
from pmkit.core.markdown_cells import sentence_of
from pmkit.core.progress import Progress
from pmkit.core.wording import count, duration, listing, percent, plural, short
from pmkit.incident.model import CAUSES, TRIGGERS, ActionItem
from pmkit.reports.figures.chart import Chart
from pmkit.reports.figures.response_times import response_times
from pmkit.reports.notebook_parameters import require_known_parameters
from pmkit.reports.report import Section
from pmkit.reports.title_section import About
from pmkit.reports.trends.cases import Case, Trends, counted, of_folder
from pmkit.reports.trends.quantile_interval import Spread, spread

# With fewer incidents, a median has no 95% confidence interval.
FEW: Final = 6


class TrendReport:
    """The report on many incidents; each attribute is a section that a notebook cell shows.

    Parameters
    ----------
    trends : Trends
        The incidents.
    """

    def __init__(self, trends: Trends) -> None:
        self.trends = trends

    @cached_property
    def title(self) -> Section:
        """The title, with the number of incidents and their dates."""
        cases = [case for case in self.trends.cases if case.at]
        span = f"{cases[0].at[:10]} to {cases[-1].at[:10]}" if cases and cases[0].at and cases[-1].at else "–"
        facts = [("Incidents", str(len(self.trends.cases))), ("From", span), ("As of", self.trends.today.isoformat())]
        about: About = {"title": "Incident trends", "id": "trends", "facts": facts}
        line = " · ".join(f"{name}: {fact}" for name, fact in facts)
        return Section("Incident trends", (f"# Incident trends\n\n{line}",), about)

    @cached_property
    def summary(self) -> Section:
        """What stands out, and a warning if there are too few incidents to prove much."""
        return Section("Summary", (f"## Summary\n\n{_summary(self.trends)}",))

    @cached_property
    def counts(self) -> Section:
        """How many incidents there were, by severity and by service, and what each cost."""
        return Section("Counts", ("## Counts", _counts(self.trends), _costs(self.trends)))

    @cached_property
    def times(self) -> Section:
        """How long detection, acknowledgement, mitigation and resolution took."""
        times = {str(step): _times(self.trends, step) for step in STEPS}
        chart: tuple[str | Chart, ...] = (response_times(times),) if any(times.values()) else ()
        return Section("Response times", ("## Response times", *chart, _times_table(self.trends)))

    @cached_property
    def causes(self) -> Section:
        """Triggers and root causes by the SRE workbook's taxonomy, and recurring incidents."""
        return Section("Triggers and causes", (f"## Triggers and causes\n\n{_causes(self.trends)}", _families(self.trends)))

    @cached_property
    def action_items(self) -> Section:
        """The action items that are open, and how many are overdue, by owner."""
        return Section("Open action items", (f"## Open action items\n\n{_action_items(self.trends)}",))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in their order."""
        return (self.title, self.summary, self.counts, self.times, self.causes, self.action_items)


def trends(data_dir: str | Path | None = None, since: str | None = None, *, progress: Progress = lambda _: None) -> TrendReport:
    """Read all incidents of a data folder and lay out what they have in common.

    Parameters
    ----------
    data_dir : str or Path, optional
        The folder of all incidents; if not given, `PMKIT_DATA`, or `data/incidents` here or in a folder above.
    since : str, optional
        A day, such as 2026-01-17; only incidents from then on.
    progress : callable, optional
        Called with progress messages.

    Raises
    ------
    InputError
        When the folder contains no incident, `since` is not a day, or papermill passed the notebook a parameter that it
        does not have.

    Examples
    --------
    >>> [section.title for section in trends().sections][1:3]
    ['Summary', 'Counts']
    """
    require_known_parameters(("data_dir", "since"))
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError as error:
        raise InputError(f"since {since!r}: expected a day, such as 2026-01-17") from error
    return TrendReport(of_folder(data_dir or None, day, progress=progress))


def _times(trends: Trends, step: str) -> list[float]:
    return [case.times[step] for case in trends.cases if step in case.times]


def _summary(trends: Trends) -> str:
    cases = trends.cases
    if not cases:
        return "No incident falls in this period."
    with_impact, number = [case for case in cases if case.at], Counter(case.verdict for case in cases)
    sentences = [f"{plural(len(cases), 'incident')} {'is' if len(cases) == 1 else 'are'} in this report."]
    if number["no impact"]:
        sentences.append(f"The data show no impact for {count(number['no impact'])} of them.")
    if number["cannot be determined"]:
        sentences.append(
            f"For {count(number['cannot be determined'])} of them, the data cannot show whether there was an impact."
        )
    if with_impact:
        longest = max(with_impact, key=lambda case: case.duration_s or 0)
        sentences.append(f"The longest impact lasted {duration(longest.duration_s or 0)} ({escape(longest.incident)}).")
    sentences += [
        f"The same failure happened {_times_in_words(len(family))}: {escape(listing([case.incident for case in family]))}."
        for family in trends.families()[:1]
    ]
    open_items = [item for _, item in trends.open_measures()]
    if open_items:
        are = "is" if len(open_items) == 1 else "are"
        overdue = sum(item.days_overdue(trends.today) > 0 for item in open_items)
        sentences.append(f"{plural(len(open_items), 'action item')} {are} open, {count(overdue)} of them overdue.")
    if len(with_impact) < FEW:
        sentences.append(f"So few incidents prove little: with fewer than {FEW}, not even the median has a confidence interval.")
    for name, reason in trends.unread:
        sentences.append(f"{code(name)} could not be read and was not counted: {escape(reason)}")
    return " ".join(sentences)


def _times_in_words(number: int) -> str:
    return "twice" if number == 2 else f"{count(number)} times"


def _counts(trends: Trends) -> str:
    severities = [[escape(name), str(number)] for name, number in counted(case.severity for case in trends.cases)]
    services = [
        [escape(name), str(number)]
        for name, number in counted(name for case in trends.cases for name in case.services or (None,))
    ]
    return "\n\n".join(
        [
            "### By severity", table(["Severity", "Incidents"], severities, [70, -30]),
            "### By service", table(["Service", "Incidents"], services, [70, -30]),
            "An incident that affects several services counts for each of them.",
        ]
    )  # fmt: skip


def _costs(trends: Trends) -> str:
    """Write how much error budget each service spent, and list the incidents."""
    spent: dict[str, float] = defaultdict(float)
    for case in trends.cases:
        for service in case.services:
            spent[service] += case.error_budget_spent or 0.0
    rows = [
        [escape(name), percent(share)] for name, share in sorted(spent.items(), key=lambda item: (-item[1], item[0])) if share
    ]
    budget = "### Error budget\n\nNo incident has an SLO to count against."
    if rows:
        lead = "The shares of each incident's own budget, added up; an incident of several services counts in full for each."
        budget = f"### Error budget\n\n{lead}\n\n{table(['Service', 'Spent'], rows, [70, -30])}"
    listed = [
        [
            escape(case.incident),
            case.at[:10] if case.at else "–",
            escape(case.severity or "–"),
            _length(case),
            count(case.failed_requests),
            escape(short(case.title, 80)),
        ]
        for case in trends.cases
    ]
    header = ["Incident", "Day", "Severity", "Impact", "Failed", "What happened"]
    return f"{budget}\n\n### Incidents\n\n{table(header, listed, [16, 12, 9, 13, -9, 41])}"


def _length(case: Case) -> str:
    if case.duration_s is None:
        return "none found" if case.verdict == "no impact" else case.verdict
    return f"over {duration(case.duration_s)}" if case.ongoing else duration(case.duration_s)


def _times_table(trends: Trends) -> str:
    rows = []
    for step in STEPS:
        values = _times(trends, step)
        missing = len(trends.cases) - len(values)
        rows.append(
            [
                f"Time to {STEPS[step]}",
                str(len(values)),
                str(missing),
                *(_with_interval(spread(values, share)) for share in (0.5, 0.9)),
            ]
        )
    lead = (
        "Measured from the onset to each step, with 95% confidence intervals in brackets. Incidents whose time is unknown are "
        "left out, so the real times may be longer if those are the bad ones. "
        "No mean is shown, because one long incident would dominate it."
    )
    return f"{lead}\n\n{table(['Time', 'Known', 'Unknown', 'Median', '90th percentile'], rows, [24, -9, -11, 28, 28])}"


def _with_interval(quantile: Spread) -> str:
    if quantile.value is None:
        return "–"
    low = "?" if quantile.low is None else duration(quantile.low)
    high = "?" if quantile.high is None else duration(quantile.high)
    bounds = "too few for an interval" if quantile.low is None and quantile.high is None else f"{low} to {high}"
    return f"{duration(quantile.value)} ({bounds})"


def _causes(trends: Trends) -> str:
    triggers = [[escape(name), str(number)] for name, number in counted((case.trigger for case in trends.cases), TRIGGERS)]
    causes = [[escape(name), str(number)] for name, number in counted((case.cause for case in trends.cases), CAUSES)]
    inferred = sum(case.trigger_from == "data" for case in trends.cases)
    note = f" {_inferred(inferred)}" if inferred else ""
    lead = f"By the taxonomy of the SRE workbook; `trigger_category` and `cause_category` in incident.yaml.{note}"
    trigger_table = table(["Trigger", "Incidents"], triggers, [70, -30])
    return f"{lead}\n\n{trigger_table}\n\n{table(['Root cause', 'Incidents'], causes, [70, -30])}"


def _inferred(number: int) -> str:
    which = "1 of these triggers was" if number == 1 else f"{count(number)} of these triggers were"
    return f"{which} not written down; {'it is' if number == 1 else 'they are'} inferred from the likeliest change."


def _families(trends: Trends) -> str:
    families = trends.families()
    if not families:
        return "### Recurring incidents\n\nNo incident resembles another."
    entries = []
    for family in families:
        dates = [f"{escape(case.incident)} of {case.at[:10] if case.at else '–'}" for case in family]
        shared = [
            message for message in family[0].signature.messages if all(message in case.signature.messages for case in family)
        ]
        why = f"; all with the same new message {code(short(shared[0], 80))}" if shared else ""
        entries.append(f"{listing(dates)}: {escape(family[-1].title)}{why}.")
    return f"### Recurring incidents\n\n{bullets(entries)}"


def _action_items(trends: Trends) -> str:
    open_items = trends.open_measures()
    if not open_items:
        return "No action item is open."
    owners: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, item in open_items:
        owner = owners[item.owner or "no owner"]
        owner[0] += 1
        owner[1] += item.days_overdue(trends.today) > 0
    by_owner = [
        [escape(name), str(total), str(late)]
        for name, (total, late) in sorted(owners.items(), key=lambda owner: (-owner[1][1], owner[0]))
    ]
    rows = [
        [
            sentence_of(item.action),
            escape(name),
            escape(item.owner or "–"),
            item.priority or "–",
            item.due.isoformat() if item.due else "–",
            _late(item, trends.today),
        ]
        for name, item in open_items
    ]
    listed = table(["Action item", "From", "Owner", "Priority", "Due", "Overdue"], rows, [39, 16, 15, 9, 11, 10])
    return f"{table(['Owner', 'Open', 'Overdue'], by_owner, [60, -20, -20])}\n\n{listed}"


def _late(item: ActionItem, today: date) -> str:
    days = item.days_overdue(today)
    return plural(days, "day") if days else "no"
