"""Looks at what is installed, for `pmkit doctor`."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pmkit.cli.condition import Condition
from pmkit.core.version import __version__
from pmkit.core.wording import listing, plural

# The packages whose versions are shown, by what they are for.
_SHOWN: Final = {
    "data": ("pandas", "numpy", "duckdb", "pyarrow"),
    "notebooks": ("jupyterlab", "ipykernel", "ipywidgets", "ipympl", "papermill", "nbconvert"),
    "reports": ("matplotlib", "typst", "pypandoc_binary", "nh3"),
}
# Packages of which a part is compiled for one kind of machine, by the modules that they contain.
_COMPILED: Final = {
    **{name: name for name in ("numpy", "pandas", "duckdb", "pyarrow", "isal", "typst", "nh3", "pydantic_core")},
    "re2": "google-re2",
}
_ABSENT: Final = "not installed"
_EXPORTERS: Final = ("pmkit-html", "pmkit-md", "pmkit-pdf")
_REINSTALL: Final = "run `pip install .` in the folder of pmkit's source"
_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?>=(?P<least>[\d.]+)(?P<marker>;.*)?")


class Requirement(NamedTuple):
    """A package that pmkit needs, and the oldest version that will do."""

    name: str
    least: str


def installed() -> Condition:
    """Return which versions are installed, and what is missing, too old or broken."""
    machine = f"{platform.system()} {platform.machine()}, {plural(os.cpu_count() or 1, 'processor')}"
    facts = [f"pmkit {__version__}, Python {platform.python_version()}, {machine}"]
    facts += [f"{kind}: {', '.join(f'{name} {version_of(name)}' for name in names)}" for kind, names in _SHOWN.items()]
    cluster = version_of("distributed")
    remark = ", which only `pmkit ingest --cluster` needs" if cluster == _ABSENT else ""
    facts.append(f"cluster: distributed {cluster}{remark}")
    problems = [*_unmet(requirements()), *_broken(), *_notebook_problems(), *_zone_problems()]
    return Condition("Installed", (*facts, *_fonts()), tuple(problems))


def version_of(package: str) -> str:
    """Return the version of a package, or that it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return _ABSENT


def requirements() -> list[Requirement]:
    """Return what pmkit needs in every installation."""
    try:
        written = requires("pmkit") or []
    except PackageNotFoundError:
        return []
    matches = (_REQUIREMENT.fullmatch(text.replace(" ", "")) for text in written)
    return [Requirement(match["name"], match["least"]) for match in matches if match and not match["marker"]]


def _unmet(needed: list[Requirement]) -> Iterator[str]:
    for requirement in needed:
        there = version_of(requirement.name)
        remedy = f"run `pip install '{requirement.name}>={requirement.least}'`"
        if there == _ABSENT:
            yield f"{requirement.name} is not installed; {remedy}"
        elif _numbers(there) < _numbers(requirement.least):
            yield f"{requirement.name} is {there}, but at least {requirement.least} is needed; {remedy}"


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text.split("+", maxsplit=1)[0])]


def _broken() -> Iterator[str]:
    for module, package in _COMPILED.items():
        if version_of(package) == _ABSENT:
            continue
        try:
            import_module(module)
        except ImportError as error:
            yield f"{package} cannot be loaded: {error}; run `pip install --force-reinstall {package}`"


def _notebook_problems() -> Iterator[str]:
    names = {entry.name for entry in entry_points(group="nbconvert.exporters")}
    missing = [name for name in _EXPORTERS if name not in names]
    if missing:
        yield f"`jupyter nbconvert` does not know {listing(missing)}; {_REINSTALL}"
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415 - may be missing
    except ImportError:
        return
    create = "create it with `python -m ipykernel install --sys-prefix`"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        yield f"there is no kernel python3 to run notebooks in; {create}"
        return
    if Path(program).is_absolute() and not Path(program).exists():
        yield f"the kernel python3 starts a Python that does not exist; {create}"


def _zone_problems() -> Iterator[str]:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        yield "there are no time zones; install them with `pip install tzdata`"


def _fonts() -> Iterator[str]:
    try:
        from pmkit.publish.pdf_fonts import font_families  # noqa: PLC0415 - loads typst, which may be broken
    except ImportError:
        return
    yield f"fonts for the PDF: {', '.join(font_families())}"
