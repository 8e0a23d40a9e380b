"""The command `pmkit` with all its subcommands."""

from __future__ import annotations

from typing import Final

import rich_click as click

from pmkit.cli.check_commands import CHECK, DOCTOR, VERIFY
from pmkit.cli.data_commands import EVENTS, FORMATS, INGEST
from pmkit.cli.declaration import SETTINGS
from pmkit.cli.help_commands import DOCS
from pmkit.cli.look_commands import SUMMARY, TRENDS
from pmkit.cli.whereabouts import whereabouts
from pmkit.cli.write_commands import ACTIONS, NEW, REPORT
from pmkit.core.markdown import printable
from pmkit.core.version import __version__

# The commands by purpose, in the order of the help.
PANELS: Final = {
    "Write and publish": [NEW, REPORT, ACTIONS],
    "Look": [SUMMARY, TRENDS],
    "Check": [CHECK, VERIFY, DOCTOR],
    "Data": [INGEST, EVENTS, FORMATS],
    "Help": [DOCS],
}

EXIT_CODES: Final = {
    0: "success",
    1: "`check` found an error, `verify` a difference or `doctor` a problem",
    2: "invalid input or usage",
    3: "valid input, but the report could not be produced",
}

# What turns on shell completion, by shell: a line, and the file to put it in.
COMPLETION: Final = {
    "bash": ('eval "$(_PMKIT_COMPLETE=bash_source pmkit)"', "~/.bashrc"),
    "zsh": ('eval "$(_PMKIT_COMPLETE=zsh_source pmkit)"', "~/.zshrc"),
    "fish": ("_PMKIT_COMPLETE=fish_source pmkit | source", "~/.config/fish/config.fish"),
}

_FOOTER: Final = [
    "Exit codes; of several reports, the highest:",
    *(f"{code}  {meaning}" for code, meaning in EXIT_CODES.items()),
    "",
    "Shell completion:",
    *(f"{shell:5} {line}  in {file}" for shell, (line, file) in COMPLETION.items()),
]


def _begin(ctx: click.Context) -> int | None:
    """Without a command, print the help and what comes next, and return the exit code."""
    if ctx.invoked_subcommand:
        return None
    click.echo(ctx.get_help())
    click.echo(printable(whereabouts()))
    return 2


PMKIT: Final = click.RichGroup(
    name="pmkit",
    callback=click.pass_context(_begin),
    invoke_without_command=True,
    commands=[command for commands in PANELS.values() for command in commands],
    panels=[
        click.RichCommandPanel(title, commands=[str(command.name) for command in commands]) for title, commands in PANELS.items()
    ],
    help="From a heap of exports to a postmortem. `pmkit COMMAND --help` explains each command, with an example.",
    epilog="\n\n".join(_FOOTER),
    context_settings=SETTINGS,
    params=[
        click.RichOption(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=lambda ctx, _, wanted: _print_version(ctx) if wanted else None,
            help="Show the version and exit.",
        )
    ],
)


def _print_version(ctx: click.Context) -> None:
    click.echo(f"pmkit {__version__}")
    ctx.exit()
