"""Carries out `pmkit check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pmkit.check import linter
from pmkit.check.fixes import difference, fixed
from pmkit.check.output import format_problems
from pmkit.check.rules_page import rules_list, rules_page
from pmkit.cli.incident_location import locate
from pmkit.core.errors import InputError
from pmkit.core.markdown import printable
from pmkit.core.progress import Progress
from pmkit.findings.findings import Findings
from pmkit.findings.investigate import investigate
from pmkit.incident.data_folder import FILE_NAME


def lint(
    *,
    incident: str | None,
    output_format: str,
    select: str,
    ignore: str,
    list_rules: bool,
    as_markdown: bool,
    fix: bool,
    data: str | None,
    progress: Progress,
) -> int:
    """Print the problems of a postmortem, after correcting some if asked to; return 1 if one of them is an error."""
    if list_rules:
        print(rules_page() if as_markdown else rules_list(), end="" if as_markdown else "\n")
        return 0
    if not incident:
        raise InputError("check: expected the ID of an incident, or --rules")
    selected, ignored = _codes(select), _codes(ignore)
    findings = investigate(*locate(incident, data), progress=progress)
    if fix and _corrects(findings, output_format):
        findings = investigate(*locate(incident, data), progress=progress)
    problems = linter.lint(findings, select=selected, ignore=ignored)
    print(printable(format_problems(problems, _from_here(findings.incident.folder / FILE_NAME), output_format)))
    return int(any(problem.rule.severity == "error" for problem in problems))


def _corrects(findings: Findings, output_format: str) -> bool:
    """Show what can be corrected in `incident.yaml`, and write it; return whether there was anything."""
    draft = fixed(findings)
    path = _from_here(findings.incident.folder / FILE_NAME)
    changed = difference(findings.incident.text, draft.text, path)
    if changed:
        print(printable(changed), file=sys.stdout if output_format == "text" else sys.stderr)
        draft.save()
    return bool(changed)


def _codes(text: str) -> Sequence[str]:
    """Return the codes in a comma-separated list.

    Raises
    ------
    InputError
        When no rule has a code, or a code that begins with it.
    """
    codes = [code.strip() for code in text.split(",") if code.strip()]
    for code in codes:
        if not any(name.startswith(code) for name in linter.all_rules()):
            raise InputError(f"check: no rule has the code or prefix {code!r}; `pmkit check --rules` lists them")
    return codes


def _from_here(path: Path) -> str:
    """Return a path relative to the current folder if it is inside it, as tools expect in a checkout."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute)
