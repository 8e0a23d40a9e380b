"""Write the reference pages of the manual from the code: formats, rules, commands, `incident.yaml`, JSON, Python.

make manual
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, Literal, get_args, get_origin

import docstring_parser
import rich_click as click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from walkthrough import MANUAL

import pmkit
from pmkit.check.rules_page import rules_page
from pmkit.cli import group
from pmkit.cli.declaration import PANELS, CommandWithExample, panel_of
from pmkit.core import schema
from pmkit.findings.contract import schema as json_schema
from pmkit.findings.frames import FRAMES
from pmkit.formats import catalog_page, outcomes_page
from pmkit.incident.field_types import Markdown
from pmkit.incident.model import IncidentFile
from pmkit.reports.outlines import OUTLINES
from pmkit.store.traces import Traces

# The packages whose classes users get from pmkit and do not construct themselves.
_NOT_CONSTRUCTED: Final = ("pmkit.findings", "pmkit.store", "pmkit.incident")


def commands() -> str:
    """Return the page of the commands, from their declarations."""
    parts = ["# Commands", "`pmkit COMMAND --help` shows the same on a terminal."]
    for panel, members in group.PANELS.items():
        parts.append(f"## {panel}")
        for command in members:
            parts += [f"### pmkit {command.name}", str(command.help), f"```sh\n{command.example}\n```", _parameters(command)]
    parts += ["## Exit codes", "For several reports, the highest of their codes."]
    parts.append(
        "\n".join(["| code | meaning |", "| --- | --- |", *(f"| {code} | {text} |" for code, text in group.EXIT_CODES.items())])
    )
    parts += ["## Shell completion", "Completes commands, options, incident IDs, formats, templates and audiences."]
    parts.append("\n".join(f"- {shell}: `{line}` in `{file}`" for shell, (line, file) in group.COMPLETION.items()))
    parts += ["## Templates", "`--template` takes a folder, or the name of a built-in template. Those follow published guides:"]
    rows = [f"- `{name}`: {_linked(outline.manner, outline.source)}" for name, outline in OUTLINES.items()]
    return _page(*parts, "\n".join(rows))


def _parameters(command: CommandWithExample) -> str:
    """Return a table of the arguments and options of a command, in the order of its help."""
    ordered = sorted(command.params, key=lambda param: PANELS.index(panel_of(param)))
    rows = []
    for param in ordered:
        option = isinstance(param, click.Option)
        name = (
            f"{param.opts[-1]}{'' if param.is_flag else f' {param.make_metavar(click.Context(command))}'}"
            if option
            else param.name.upper()
        )
        shown = ",".join(param.default) if isinstance(param.default, list) else param.default
        default = f" (default: `{shown}`)" if option and param.show_default else ""
        rows.append(f"| `{_cell(name)}` | {_cell(param.help)}{default} |")
    return "\n".join(["| parameter | meaning |", "| --- | --- |", *rows])


def _linked(text: str, url: str) -> str:
    return f"[{text}]({url})" if url else text


def incident_file() -> str:
    """Return the page of the fields of `incident.yaml`."""
    parts = [
        "# incident.yaml",
        "What people know about an incident. `pmkit new` creates one with an example of every field. An unknown field is an "
        "error, and the message suggests the closest one. Times without an offset are in the incident's time zone. Fields marked "
        "as Markdown are rendered; all other texts are shown exactly as they are written.",
    ]
    queue: list[tuple[str, type[BaseModel]]] = [("", IncidentFile)]
    while queue:
        name, model = queue.pop(0)
        parts += [f"## {name}"] if name else []
        parts += [str(inspect.getdoc(model)).split("\n\n")[0].replace("\n", " ")] if name else []
        rows = ["| field | meaning | default |", "| --- | --- | --- |"]
        for field, info in model.model_fields.items():
            shown = info.alias or field
            inner = [kind for kind in _within(info.annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
            queue += [(shown, kind) for kind in inner]
            see = f"; see [below](#{shown})" if inner else ""
            meaning = f"{info.description}{_choices(info)}{'; Markdown' if _is_markdown(info) else ''}{see}"
            rows.append(f"| `{shown}` | {_cell(meaning)} | {_default(info)} |")
        parts.append("\n".join(rows))
    return _page(*parts)


def _within(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _within(argument)


def _choices(info: FieldInfo) -> str:
    literals = [kind for kind in _within(info.annotation) if get_origin(kind) is Literal]
    return f": {', '.join(str(choice) for choice in get_args(literals[0]))}" if literals else ""


def _is_markdown(info: FieldInfo) -> bool:
    return any(kind == Markdown.__metadata__[0] for kind in (*info.metadata, *_within(info.annotation)))


def _default(info: FieldInfo) -> str:
    if info.default is PydanticUndefined:
        return "required"
    empty = info.default in (None, "", ()) or isinstance(info.default, BaseModel)
    return "" if empty else f"`{str(info.default).lower() if isinstance(info.default, bool) else info.default}`"


def contract() -> str:
    """Return the page of the output of `pmkit summary --json`."""
    tree = json_schema()
    parts = [
        "# JSON",
        f"{tree['description']} `pmkit.findings.contract.schema()` returns its JSON Schema; "
        "`Findings.to_dict()` returns the same in Python. "
        "No field is ever left out; what is unknown is null.",
    ]
    for name, branch in tree["properties"].items():
        rows = list(_fields(tree, branch, ""))
        parts += [f"## {name}", f"{_capital(branch['description'])}."]
        if rows:
            parts.append("\n".join(["| field | type | meaning |", "| --- | --- | --- |", *rows]))
    return _page(*parts)


def _fields(tree: dict[str, Any], branch: dict[str, Any], above: str) -> Iterator[str]:
    for name, field in _resolved(tree, branch).get("properties", {}).items():
        path = f"{above}{name}"
        yield f"| `{path}` | {_cell(_type(tree, field))} | {_cell(field.get('description', ''))} |"
        yield from _fields(tree, field, f"{path}.")


def _resolved(tree: dict[str, Any], branch: dict[str, Any]) -> dict[str, Any]:
    """Return the object that a reference, a list or an alternative with null leads to."""
    if "$ref" in branch:
        return _resolved(tree, tree["$defs"][branch["$ref"].rsplit("/", 1)[1]])
    if branch.get("type") == "array" and isinstance(branch.get("items"), dict):
        return _resolved(tree, branch["items"])
    for alternative in branch.get("anyOf", ()):
        if alternative.get("type") == "object" or "$ref" in alternative:
            return _resolved(tree, alternative)
    return branch


def _type(tree: dict[str, Any], branch: dict[str, Any]) -> str:
    if "$ref" in branch:
        name = branch["$ref"].rsplit("/", 1)[1]
        return _type(tree, tree["$defs"][name])
    if "enum" in branch:
        return ", ".join("null" if option is None else f"`{option}`" for option in branch["enum"])
    if "anyOf" in branch:
        return " or ".join(_type(tree, option) for option in branch["anyOf"])
    kind = branch["type"]
    if kind == "array":
        return f"list of {_type(tree, branch['items'])}" if isinstance(branch.get("items"), dict) else "list"
    kinds = kind if isinstance(kind, list) else [kind]
    return "time" if branch.get("format") == "date-time" else " or ".join(kinds)


def api() -> str:
    """Return the page of the public names of the package, from their docstrings."""
    parts = ["# Python", "The public names of `pmkit`. The examples are run as tests."]
    errors = [name for name in pmkit.__all__ if name.endswith("Error")]
    for name in [
        *("investigate", "read", "report", "explore", "trends"),
        *("Findings", "Report", "Explorer", "Incident", "Store"),
    ]:
        member = getattr(pmkit, name)
        parts += [f"## pmkit.{name}", *_documented(name, member), *_members(member)]
    parts += ["## Traces", "`Store.traces`: the spans of an incident, and the logs of their traces.", *_members(Traces)]
    parts += ["## Frames", "What each frame of `Findings` has in its columns. Times are UTC."]
    for frame, columns in FRAMES.items():
        table = next((table for table, own in schema.TABLES.items() if own is columns), "")
        described = f"The columns of [{table}](#{table})." if table else _columns(columns)
        parts += [f"### findings.{frame}", described]
    parts += ["## Errors", "All are subclasses of `pmkit.PmkitError`. `exit_code` is the exit code of the command line."]
    parts += [f"- `pmkit.{name}`: {_doc(getattr(pmkit, name)).splitlines()[0]}" for name in errors]
    parts += ["## Tables", "The columns of the canonical tables. Times are UTC."]
    for table, columns in {
        **schema.TABLES,
        "calls": schema.CALLS,
        "rollup": schema.ROLLUP,
        "templates": schema.TEMPLATES,
    }.items():
        parts += [f"### {table}", _columns(columns)]
    return _page(*parts)


def _columns(columns: Mapping[str, schema.Column]) -> str:
    rows = [f"| `{name}` | {column.dtype} | {_cell(column.meaning)} |" for name, column in columns.items()]
    return "\n".join(["| column | dtype | meaning |", "| --- | --- | --- |", *rows])


def _members(owner: Any) -> Iterator[str]:
    """Yield the methods and properties of a class."""
    documented = {name: member for name, member in vars(owner).items() if not name.startswith("_") and _doc(member)}
    if inspect.isclass(owner) and documented:
        yield "Methods and properties:"
        for name, member in documented.items():
            called = f"{name}{_signature(member)}" if inspect.isfunction(member) else name
            yield f"- `{called}`: {_doc(member).split(chr(10) * 2)[0].replace(chr(10), ' ')}"


def _doc(member: object) -> str:
    if isinstance(member, property | cached_property) or inspect.isfunction(member) or inspect.isclass(member):
        return inspect.getdoc(member) or ""
    return ""


def _signature(member: Callable[..., object]) -> str:
    names = [
        name if parameter.default is parameter.empty else f"{name}={_literal(parameter.default)}"
        for name, parameter in inspect.signature(member).parameters.items()
        if name not in ("self", "progress")
    ]
    return f"({', '.join(names)})"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _documented(name: str, member: Any) -> Iterator[str]:
    parsed = docstring_parser.parse(inspect.getdoc(member) or "", docstring_parser.DocstringStyle.NUMPYDOC)
    if not (inspect.isclass(member) and member.__module__.startswith(_NOT_CONSTRUCTED)):
        yield f"```python\npmkit.{name}{_signature(member)}\n```"
    yield f"{parsed.short_description}"
    if parsed.long_description:
        yield parsed.long_description
    for heading, kind in (("Parameters", "param"), ("Attributes", "attribute")):
        rows = [
            f"- `{param.arg_name}`{_kind(param)}: {' '.join(str(param.description).split())}"
            for param in parsed.params
            if param.args[0] == kind
        ]  # fmt: skip
        if rows:
            yield f"{heading}:"
            yield "\n".join(rows)
    if parsed.raises:
        yield "\n".join(f"Raises `{error.type_name}`: {' '.join(str(error.description).split())}" for error in parsed.raises)
    shown = [line for example in parsed.examples for line in (example.snippet, example.description) if line]
    if shown:
        yield "\n".join(["```pycon", *shown, "```"])


def _kind(param: docstring_parser.DocstringParam) -> str:
    return f" ({param.type_name})" if param.type_name else ""


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _page(*parts: str) -> str:
    text = "\n\n".join(part for part in parts if part)
    return re.sub(r"(?m)(^- .*)\n\n(?=- )", r"\1\n", text) + "\n"


# The pages, by file name.
PAGES: Final[dict[str, Callable[[], str]]] = {
    "formats.md": catalog_page.page,
    "failures.md": outcomes_page.page,
    "rules.md": rules_page,
    "commands.md": commands,
    "incident-yaml.md": incident_file,
    "json.md": contract,
    "python.md": api,
}


def main() -> None:
    """Write all pages."""
    for name, write in PAGES.items():
        (MANUAL / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
