"""Carries out `pmkit doctor`."""

from __future__ import annotations

from pmkit.cli.condition import Condition
from pmkit.cli.installation import installed
from pmkit.core.markdown import printable
from pmkit.core.wording import plural


def examine_all(*, data: str | None) -> int:
    """Print the state of the installation and the folders, and each problem with its remedy; return 1 if there is any."""
    installation = installed()
    conditions = [installation, *_folders(data, is_sound=not installation.problems)]
    for condition in conditions:
        print(printable("\n".join([condition.subject, *(f"  {fact}" for fact in condition.facts), ""])))
    problems = [problem for condition in conditions for problem in condition.problems]
    heading = f"{plural(len(problems), 'problem')}:" if problems else "No problems."
    print(printable("\n".join([heading, *(f"  {problem}" for problem in problems)])))
    return 1 if problems else 0


def _folders(data: str | None, *, is_sound: bool) -> list[Condition]:
    """Return the state of the folders; with a broken installation, perhaps only that pmkit cannot look at them."""
    try:
        from pmkit.cli.folder_conditions import folder_conditions  # noqa: PLC0415 - loads packages that may be broken
    except ImportError as error:
        problems = (f"pmkit cannot be loaded: {error}",) if is_sound else ()
        return [Condition("Incidents, cache and reports", ("cannot be examined until the installation is repaired",), problems)]
    return folder_conditions(data)
