"""How a command is declared: its help, an example, its parameters, and the function that carries it out.

Declarations load nothing heavy, so `pmkit --help`, the help of each command and shell completion stay fast. The
function is imported when the command runs.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from typing import Final

import rich_click as click

from pmkit.cli.reporting import progress_on_terminal

# What a function that carries out a command returns: the exit code, or None for success.
ExitCode = int | None

_WIDEST: Final = 100

# `force_terminal` is None so that colours appear only on a terminal; rich itself follows NO_COLOR and FORCE_COLOR.
SETTINGS: Final = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": _WIDEST,
    "rich_help_config": {
        "theme": "default-slim",
        "enable_theme_env_var": False,
        "force_terminal": None,
        "max_width": _WIDEST,
        "show_arguments": True,
        "commands_before_options": True,
        "options_panel_title": "Other options",
        "style_helptext": "",
        "default_string": "(default: {})",
        "options_table_help_sections": ["help", "default"],
    },
}


# The panels of options, in the order of the help; empty ones are left out.
PANELS: Final = ("Arguments", "Content", "Rules", "Input", "Output", "Cluster", "Execution", "Other options")


class CommandWithExample(click.RichCommand):
    """A command whose help ends with an example.

    Parameters
    ----------
    example : str
        A command line that a user could type.
    target : str
        The function that carries out the command, as `module:function`. It takes the command's parameters by name,
        `progress` if it reports any, and returns an `ExitCode`.
    """

    def __init__(self, name: str, *, help: str, example: str, target: str, params: Sequence[click.Parameter]) -> None:  # noqa: A002 - as in click
        super().__init__(
            name=name,
            help=help,
            params=list(params),
            panels=[click.RichOptionPanel(panel) for panel in PANELS],
            epilog=f"Example: {example}",
            callback=_caller(target),
            context_settings=SETTINGS,
        )
        self.example = example
        self.target = target


def _caller(target: str) -> Callable[..., ExitCode]:
    """Return a function that imports the function of a command and calls it, with progress unless the user wants none."""

    def call(*, quiet: bool = False, **choices: object) -> ExitCode:
        with progress_on_terminal(quiet=quiet) as progress:
            function = function_of(target)
            if "progress" in inspect.signature(function).parameters:
                choices["progress"] = progress
            return function(**choices)

    return call


def panel_of(parameter: click.Parameter) -> str:
    """Return the panel of a parameter in the help."""
    if isinstance(parameter, click.Argument):
        return "Arguments"
    return str(getattr(parameter, "panel", None) or "Other options")


def function_of(target: str) -> Callable[..., ExitCode]:
    """Import the function that carries out a command.

    Parameters
    ----------
    target : str
        The function, as `module:function`.
    """
    module, _, name = target.partition(":")
    function: Callable[..., ExitCode] = getattr(importlib.import_module(module), name)
    return function
