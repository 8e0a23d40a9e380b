"""The command line: `pmkit.cli:main` takes arguments and returns an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import rich_click as click
from click.exceptions import NoArgsIsHelpError

from pmkit.cli.group import PMKIT
from pmkit.cli.memory import check_memory
from pmkit.cli.parameters import CommaList
from pmkit.cli.reporting import print_message, report_error
from pmkit.core.errors import PmkitError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run pmkit's command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default, those of the process.

    Returns
    -------
    int
        0 for success, 1 when `check` found an error, `verify` a difference or `doctor` a problem, 2 for invalid input or
        usage, 3 when the input is valid, but the report could not be produced.
    """
    try:
        check_memory()
        return int(PMKIT.main(arguments, prog_name=PMKIT.name, standalone_mode=False) or 0)
    except click.UsageError as error:
        return _refuse_usage(error)
    except PmkitError as error:
        return report_error(error)
    except (click.Abort, KeyboardInterrupt):
        print_message("interrupted; the files that were finished are kept")
        return 130
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "new thread" not in str(error):
            raise
        print_message("not enough memory: free some, or read fewer exports at once; the files that were finished are kept")
        return 3
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refuse_usage(error: click.UsageError) -> int:
    """Print what is wrong with the arguments, or the help if there are no arguments, and return the exit code."""
    if isinstance(error, NoArgsIsHelpError):
        error.show()
    else:
        print_message(_usage_message(error))
    return error.exit_code


def _usage_message(error: click.UsageError) -> str:
    """Return what is wrong with the arguments, what the user may have meant, and where to look."""
    near: Sequence[str] | None = getattr(error, "possibilities", None)
    message = (error.message if near else error.format_message()).rstrip(".")
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    if isinstance(error.ctx, click.Context) and "extra argument" in message:
        lists = {param.opts[-1]: param.type for param in error.ctx.command.params if isinstance(param.type, CommaList)}
        hint = "".join(
            f"; join a list with commas, as in {option} {','.join(kind.choices[:2])}" for option, kind in lists.items()
        )
    command = error.ctx.command_path if error.ctx else PMKIT.name
    sentence = f"{message[:1].lower()}{message[1:]}{hint}"
    return f"{sentence}{' See' if sentence.endswith('?') else '; see'} `{command} --help`"
