"""The manual is accurate: its commands print what it shows, and its reference pages match the code."""

from __future__ import annotations

import doctest
import hashlib
import re
from pathlib import Path

import manual
import pytest
from conftest import DATA, ROOT
from gallery import section
from gallery_kinds import Kind, kinds
from samples import thinned
from walkthrough import MANUAL, Shell, matches, steps

from pmkit.analysis.causes import first_signs, suspects
from pmkit.analysis.impact import anomalies
from pmkit.core.wording import percent
from pmkit.publish.verify import provenance_of

GUIDES = ("tutorial.md", "how-to.md")


@pytest.mark.kernel
@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_on_a_page_print_what_it_shows(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shell, names = Shell(tmp_path), dict[str, object]()
    try:
        for step in steps(page):
            if step.language == "pycon":
                monkeypatch.setenv("PMKIT_DATA", shell("printf %s $PMKIT_DATA"))
                test = doctest.DocTestParser().get_doctest(step.command, names, page, page, step.line)
                failures: list[str] = []
                failed = doctest.DocTestRunner().run(test, out=failures.append, clear_globs=False).failed
                names = test.globs
                assert not failed, "".join(failures)
            else:
                output = shell.run(step.command)
                assert matches(output, step.output), f"{page}, below line {step.line}: {step.command}{output}"
    finally:
        shell.close()


@pytest.mark.parametrize("name", manual.PAGES)
def test_a_reference_page_matches_the_code(name: str) -> None:
    assert (MANUAL / name).read_text(encoding="utf-8") == manual.PAGES[name](), "run `make manual`"


def without_code(path: Path) -> str:
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub derives them."""
    headings = re.findall(r"^#+ (.+)$", without_code(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted(MANUAL.glob("*.md"))], ids=lambda path: path.name)
def test_no_link_on_a_page_is_broken(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path)):
        if not target.startswith(("http://", "https://")):
            file, _, anchor = target.partition("#")
            linked = path.parent / file if file else path
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked), target


def test_the_concepts_page_has_the_numbers_of_the_code() -> None:
    page = " ".join((MANUAL / "concepts.md").read_text(encoding="utf-8").split())
    for phrase in (
        f"at least {anomalies.WORSE_BY:.0f} times the baseline and at least {100 * anomalies.WORSE_BY_RATIO} percentage points",
        f"with at least {anomalies.FEWEST_ERRORS} failures",
        f"grows by {100 * anomalies.SLOW_BY_RATIO:.0f} percentage points",
        f"below {percent(anomalies.DROP_TO)} of the baseline",
        f"less than {anomalies.JOIN_S // 60} minutes apart",
        f"longer than {anomalies.PAUSE_S} seconds has several **episodes**",
        f"from {first_signs.LEAD_S // 60} minutes before it to {first_signs.AFTER_S // 60} minutes after",
        f"begin at least {first_signs.KNOWN_FOR_S // 60} minutes before it",
        f"in the {suspects.SUSPECTED_WITHIN_S // 3600} hours before",
        f"{percent(suspects.BY_A_CHANGE)} of incidents are triggered by a change",
        f"up to {suspects.SOON:.0f} times as likely; a quarter of that after {suspects.SOON_S // 60} minutes",
        f"{suspects.THERE:.0f} times as likely; if none are, a tenth",
        f"all failures are on the version that it brought | {suspects.THAT_VERSION:.0f} times as likely",
        f"{suspects.NEW_MESSAGE:.0f} times as likely; half, if only other services do",
        f"{suspects.CURED:.0f} times as likely; if it did not help, a fifth",
    ):
        assert phrase in page
    assert (suspects.ELSEWHERE, suspects.NEW_ELSEWHERE, suspects.NOT_CURED) == (1 / 10, 1 / 2, 1 / 5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", thinned(list(kinds()), 4), ids=lambda kind: kind.name)
def test_the_gallery_shows_what_pmkit_prints(kind: Kind, tmp_path: Path) -> None:
    assert section(kind, tmp_path) in (MANUAL / "gallery.md").read_text(encoding="utf-8"), "run `make manual`"


def test_the_gallery_has_a_section_for_each_of_twelve_kinds_of_incident() -> None:
    headings = re.findall(r"^## (.+)$", (MANUAL / "gallery.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [kind.name for kind in kinds()]
    assert len(headings) == 12


@pytest.mark.parametrize("suffix", ["html", "pdf"])
def test_the_sample_report_is_of_the_exports_that_ship_with_pmkit(suffix: str) -> None:
    recorded = provenance_of(MANUAL / "sample" / f"INC-2026-1103.{suffix}")
    digests = {entry["source"]: entry["sha256"] for entry in recorded["inputs"]}
    assert digests == {name: hashlib.sha256((DATA / "INC-2026-1103" / name).read_bytes()).hexdigest() for name in digests}, (
        "run `make sample`"
    )
    assert recorded["findings"]["not_read"] == []
