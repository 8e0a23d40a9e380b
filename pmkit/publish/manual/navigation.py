"""The pages of the manual in their order, and where their text lies."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Final

_MANUAL: Final = "pmkit/manual"


@dataclass(frozen=True)
class Page:
    """A page of the manual.

    Parameters
    ----------
    path : str
        Where its Markdown lies in the project.
    label : str
        What the navigation calls it.
    """

    path: str
    label: str

    @property
    def url(self) -> str:
        """The file of the site that shows this page."""
        if self.path == f"{_MANUAL}/README.md":
            return "index.html"
        name = PurePosixPath(self.path)
        stem = name.parent.name if name.stem == "README" else name.stem.lower()
        return f"{stem}.html"


def _manual(name: str, label: str) -> Page:
    return Page(f"{_MANUAL}/{name}.md", label)


SECTIONS: Final[dict[str, tuple[Page, ...]]] = {
    "Start": (_manual("README", "Overview"), _manual("tutorial", "Tutorial"), _manual("gallery", "Gallery of incidents")),
    "How-to": (_manual("how-to", "Your own data"), Page("pmkit/ingest/cluster/README.md", "On a cluster")),
    "Concepts": (
        _manual("concepts", "How pmkit thinks"),
        _manual("failures", "What counts as failed"),
        _manual("promises", "What you can rely on"),
    ),
    "Reference": (
        _manual("formats", "Formats"),
        _manual("incident-yaml", "incident.yaml"),
        _manual("commands", "Commands"),
        _manual("rules", "Rules"),
        _manual("json", "JSON"),
        _manual("python", "Python"),
    ),
    "Background": (
        _manual("architecture", "Architecture"),
        _manual("measurements", "Measurements"),
        Page("SECURITY.md", "Security"),
        Page("CONTRIBUTING.md", "Contributing"),
        Page("CHANGELOG.md", "Changelog"),
    ),
}

PAGES: Final = {page.path: page for pages in SECTIONS.values() for page in pages}


def file_of(path: str) -> Path:
    """Return the file at a path of the project; an installed package keeps those of the project's root beside the manual."""
    package = Path(str(resources.files("pmkit")))
    if path.startswith("pmkit/"):
        return package.parent / path
    installed = package / "manual" / path
    return installed if installed.exists() else package.parent / path


def resolve(page: Page, target: str) -> str:
    """Return the path in the project that a link on a page leads to.

    Examples
    --------
    >>> resolve(PAGES["pmkit/manual/how-to.md"], "../ingest/cluster/README.md")
    'pmkit/ingest/cluster/README.md'
    """
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target)) if target else page.path
