"""Help, usage errors and suggestions."""

from __future__ import annotations

import inspect
import os
import shlex
import subprocess
import sys

import pytest
from command_line import INCIDENT, refused
from conftest import DATA

from pmkit.check.output import OUTPUT_FORMATS
from pmkit.cli.declaration import function_of, panel_of
from pmkit.cli.group import EXIT_CODES, PANELS, PMKIT
from pmkit.core.version import __version__
from pmkit.incident.action_items import EXPORT_FORMATS
from pmkit.publish.events import COPY_OPTIONS
from pmkit.publish.pdf_exporter import PAPERS

COMMANDS = [command for commands in PANELS.values() for command in commands]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pmkit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_help_shows_the_commands_in_groups_and_explains_exit_codes(pmkit) -> None:
    exit_code, out, err = pmkit("--help")
    assert (exit_code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert [line for line in lines if line.rstrip(":") in PANELS] == [f"{panel}:" for panel in PANELS]
    assert [line.split()[0] for line in lines if line.split(" ")[0] in PMKIT.commands] == [command.name for command in COMMANDS]
    assert all(f"{code}  {meaning}" in lines for code, meaning in EXIT_CODES.items())
    assert any("_PMKIT_COMPLETE=zsh_source" in line for line in lines)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_the_help_of_a_command_groups_its_options_and_ends_with_an_example(pmkit, command) -> None:
    exit_code, out, _ = pmkit(command.name, "--help")
    assert exit_code == 0
    assert " ".join(out.split()).endswith(f"Example: {command.example}")
    assert {panel_of(param) for param in command.params} <= {line.strip(" :") for line in out.splitlines()}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_the_example_of_a_command_can_be_parsed(command) -> None:
    program, name, *arguments = shlex.split(command.example)
    assert (program, name) == ("pmkit", command.name)
    command.make_context(name, arguments)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_the_function_of_a_command_takes_its_parameters(command) -> None:
    taken = set(inspect.signature(function_of(command.target)).parameters) - {"progress"}
    assert taken == {param.name for param in command.params} - {"quiet"}


@pytest.mark.parametrize(
    ("command", "parameter", "table"),
    [
        ("check", "output_format", OUTPUT_FORMATS),
        ("actions", "output_format", EXPORT_FORMATS),
        ("events", "to", COPY_OPTIONS),
        ("report", "paper", PAPERS),
    ],
)
def test_the_choices_of_an_option_are_those_of_its_table(command: str, parameter: str, table: dict[str, object]) -> None:
    (option,) = (param for param in PMKIT.commands[command].params if param.name == parameter)
    assert list(option.type.choices) == list(table)


@pytest.mark.parametrize(
    ("arguments", "formats"),
    [
        ([], ["html", "pdf"]),
        (["--to", "html,html"], ["html"]),
        (["--to", "pdf, html,pdf"], ["pdf", "html"]),
        (["--to", "html", "--to", "pdf"], ["html", "pdf"]),
        (["--to", "html,md", "--to", "md"], ["html", "md"]),
        (["--to", "HTML,Pdf"], ["html", "pdf"]),
    ],
)
@pytest.mark.parametrize("command", ["report", "trends"])
def test_formats_are_merged_without_duplicates(command: str, arguments: list[str], formats: list[str]) -> None:
    assert PMKIT.commands[command].make_context(command, list(arguments)).params["formats"] == formats


@pytest.mark.parametrize(
    ("command", "arguments", "parameter", "value"),
    [
        ("report", ["--paper", "A4"], "paper", "a4"),
        ("report", ["--audience", "Public"], "audience", "public"),
        ("report", ["--template", "PagerDuty"], "templates", ("pagerduty",)),
        ("actions", [INCIDENT, "--to", "GitHub"], "output_format", "github"),
        ("check", ["--to", "SARIF"], "output_format", "sarif"),
    ],
)
def test_choices_are_accepted_in_upper_and_lower_case(command: str, arguments: list[str], parameter: str, value: object) -> None:
    assert PMKIT.commands[command].make_context(command, list(arguments)).params[parameter] == value


def test_the_version_is_printed(pmkit) -> None:
    assert pmkit("--version") == (0, f"pmkit {__version__}\n", "")


def test_help_has_no_colours_in_a_pipe() -> None:
    assert "\x1b" not in run("report", "--help", GITHUB_ACTIONS="true").stdout


def test_no_arguments_print_the_help_with_exit_code_2() -> None:
    done = run()
    assert done.returncode == 2
    assert "Write and publish:" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["repot"], "no such command 'repot'; did you mean report? See `pmkit --help`"),
        (["report", "--tmplate", "x"], "no such option '--tmplate'; did you mean --template or --paper? See"),
        (["summary"], "missing argument 'INCIDENT'; see `pmkit summary --help`"),
        (["report", INCIDENT, "--to", "htm"], "expected some of html, pdf, md, ipynb, joined by commas, got 'htm'; did you mean"),
        (["report", INCIDENT, "--to", ""], "expected some of html, pdf, md, ipynb, joined by commas, got ''; see"),
        (["report", INCIDENT, "--to", "html", "pdf"], "'pdf' is a format, not an incident; join formats with commas"),
        (["trends", "--to", "html", "pdf"], "unexpected extra argument (pdf); join a list with commas, as in --to html,pdf"),
        (["report", INCIDENT, "--template", "pagerdty"], "or a folder, got 'pagerdty'; did you mean pagerduty?"),
        (["report", INCIDENT, "--audience", "pubic"], "expected internal, public, got 'pubic'; did you mean public?"),
        (["report", INCIDENT, "--jobs", "0"], "'--jobs': expected a whole number of at least 1, got '0'"),
        (["report", INCIDENT, "--jobs", "two"], "'--jobs': expected a whole number of at least 1, got 'two'"),
        (["report", INCIDENT, "--cell-timeout", "1.5"], "'--cell-timeout': expected a whole number of at least 1, got '1.5'"),
        (["report", INCIDENT, "--to", "HTM"], "joined by commas, got 'HTM'; did you mean html?"),
        (["report", INCIDENT, "--to", "html", "--to", "pfd"], "joined by commas, got 'pfd'; did you mean pdf?"),
        (["report", INCIDENT, "--template", "pmkit", "--template", "sre-book"], "at most one template by name and one folder"),
        (["trends", "--to", "csv,html"], "--to csv: prints a table instead of writing a report; run the command once for each"),
        (["actions", INCIDENT, "--to", "cvs"], "expected csv, json, github, jira, got 'cvs'; did you mean csv?"),
        (["check", "--select", "XX"], "expected the ID of an incident, or --rules"),
        (["check", INCIDENT, "--select", "XX"], "no rule has the code or prefix 'XX'"),
        (["ingest", INCIDENT, "--range", "0"], "'--range': expected a whole number of at least 1, got '0'"),
        (["ingest", INCIDENT, "--cluster", "tcp://nowhere"], "with its port, such as tcp://scheduler:8786"),
        (["summary", "INC-2026-1013"], "no incident 'INC-2026-1013' in"),
    ],
)
def test_a_wrong_argument_is_refused_with_a_suggestion(pmkit, monkeypatch, arguments, message) -> None:
    monkeypatch.setenv("PMKIT_DATA", str(DATA))
    result = pmkit(*arguments)
    refused(result, message)
    assert result[2].count("\n") == 1


@pytest.mark.parametrize("command", ["import pmkit", "from pmkit.cli import main; assert main(['--help']) == 0"])
def test_pmkit_can_be_imported_without_unix_modules(command) -> None:
    script = f"import sys; sys.modules.update(fcntl=None, resource=None, termios=None); {command}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
