"""How problems are written: for a terminal, as JSON, as annotations of GitHub Actions, and as SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from pmkit.check.rule import Problem
from pmkit.core.version import __version__
from pmkit.core.wording import plural

_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def written(problems: Sequence[Problem], path: str, form: str) -> str:
    """Write problems of one file.

    Parameters
    ----------
    path : str
        The file, as it is to be named.
    form : str
        One of `FORMATS`.
    """
    return FORMATS[form](problems, path)


def _text(problems: Sequence[Problem], path: str) -> str:
    lines = []
    for one in problems:
        lines.append(f"{path}:{one.line}:{one.column}: {one.rule.code} {one.rule.severity}: {one.message}")
        lines.append(f"    {one.rule.suggestion}")
    counted = [
        plural(n, name) for name in ("error", "warning", "note") if (n := sum(one.rule.severity == name for one in problems))
    ]
    return "\n".join([*lines, ", ".join(counted) or "no problems"])


def _json(problems: Sequence[Problem], path: str) -> str:
    rows = [
        {
            "code": one.rule.code,
            "name": one.rule.name,
            "severity": one.rule.severity,
            "file": path,
            "line": one.line,
            "column": one.column,
            "message": one.message,
            "suggestion": one.rule.suggestion,
            "reason": one.rule.reason,
        }
        for one in problems
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _github(problems: Sequence[Problem], path: str) -> str:
    """Write workflow commands, whose properties and messages are escaped as GitHub documents it."""

    def safe(text: str, signs: str = "") -> str:
        return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{signs}" else sign for sign in text)

    return "\n".join(
        f"::{_LEVELS[one.rule.severity]} file={safe(path, ':,')},line={one.line},col={one.column},"
        f"title={safe(f'{one.rule.code} {one.rule.name}', ':,')}::{safe(f'{one.message}; {one.rule.suggestion}')}"
        for one in problems
    )


def _sarif(problems: Sequence[Problem], path: str) -> str:
    """Write SARIF 2.1.0."""
    rules = {one.rule.code: one.rule for one in problems}
    told: dict[str, Any] = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pmkit check",
                        "version": __version__,
                        "rules": [
                            {
                                "id": code,
                                "name": rule.name,
                                "shortDescription": {"text": rule.name},
                                "fullDescription": {"text": rule.reason},
                                "help": {"text": rule.suggestion},
                                "defaultConfiguration": {"level": rule.severity},
                            }
                            for code, rule in sorted(rules.items())
                        ],
                    }
                },
                "results": [
                    {
                        "ruleId": one.rule.code,
                        "level": one.rule.severity,
                        "message": {"text": f"{one.message}. {one.rule.suggestion}"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": path},
                                    "region": {"startLine": one.line, "startColumn": one.column},
                                }
                            }
                        ],
                    }
                    for one in problems
                ],
            }
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


FORMATS: Final[dict[str, Callable[[Sequence[Problem], str], str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""How problems can be written."""
