"""The output formats of the linter: terminal text, JSON, GitHub Actions annotations and SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, get_args

from pmkit.check.linter import Problem
from pmkit.check.rule import Severity
from pmkit.core.version import __version__
from pmkit.core.wording import plural

# GitHub Actions' names for the severities.
_GITHUB_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "note": "notice"}


def format_problems(problems: Sequence[Problem], path: str, output_format: str) -> str:
    """Return the problems of one file as text.

    Parameters
    ----------
    problems : sequence of Problem
        What `lint` returned.
    path : str
        The name of the file in the output.
    output_format : str
        One of `OUTPUT_FORMATS`.
    """
    return OUTPUT_FORMATS[output_format](problems, path)


def _text(problems: Sequence[Problem], path: str) -> str:
    lines = []
    for problem in problems:
        rule = problem.rule
        lines.append(f"{path}:{problem.line}:{problem.column}: {rule.code} {rule.severity}: {problem.message}")
        lines.append(f"    {rule.suggestion}")
    severities = [problem.rule.severity for problem in problems]
    counts = [plural(severities.count(name), name) for name in get_args(Severity) if name in severities]
    return "\n".join([*lines, ", ".join(counts) or "no problems"])


def _json(problems: Sequence[Problem], path: str) -> str:
    rows = [
        {
            "code": problem.rule.code,
            "name": problem.rule.name,
            "severity": problem.rule.severity,
            "file": path,
            "line": problem.line,
            "column": problem.column,
            "message": problem.message,
            "suggestion": problem.rule.suggestion,
            "reason": problem.rule.reason,
        }
        for problem in problems
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _github(problems: Sequence[Problem], path: str) -> str:
    """Return workflow commands, with properties and messages escaped as GitHub's documentation requires."""

    def escaped(text: str, special: str = "") -> str:
        return "".join(f"%{ord(char):02X}" if char in f"%\r\n{special}" else char for char in text)

    return "\n".join(
        f"::{_GITHUB_LEVELS[problem.rule.severity]} file={escaped(path, ':,')},line={problem.line},col={problem.column},"
        f"title={escaped(f'{problem.rule.code} {problem.rule.name}', ':,')}"
        f"::{escaped(f'{problem.message}; {problem.rule.suggestion}')}"
        for problem in problems
    )


def _sarif(problems: Sequence[Problem], path: str) -> str:
    """Return SARIF 2.1.0."""
    rules = {problem.rule.code: problem.rule for problem in problems}
    descriptions = [
        {
            "id": code,
            "name": rule.name,
            "shortDescription": {"text": rule.name},
            "fullDescription": {"text": rule.reason},
            "help": {"text": rule.suggestion},
            "defaultConfiguration": {"level": rule.severity},
        }
        for code, rule in sorted(rules.items())
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "pmkit check", "version": __version__, "rules": descriptions}},
                "results": [_sarif_result(problem, path) for problem in problems],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _sarif_result(problem: Problem, path: str) -> dict[str, object]:
    region = {"startLine": problem.line, "startColumn": problem.column}
    return {
        "ruleId": problem.rule.code,
        "level": problem.rule.severity,
        "message": {"text": f"{problem.message}. {problem.rule.suggestion}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}],
    }


OUTPUT_FORMATS: Final[dict[str, Callable[[Sequence[Problem], str], str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
