"""HTML, PDF and Markdown contain the whole report, and nothing that runs code or loads resources."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import hostile
import nbformat
import pytest
from chrome import REQUIRED
from conftest import DATA, SECTIONS
from nbconvert.exporters import get_exporter
from pypdf import PdfReader

from pmkit.cli import main
from pmkit.core.errors import ReportError
from pmkit.publish.document import read
from pmkit.publish.html_exporter import POLICY, HtmlReportExporter, page, sanitise
from pmkit.publish.markdown_exporter import MarkdownReportExporter
from pmkit.publish.pdf_exporter import PdfReportExporter
from pmkit.publish.writers import WRITERS

# The sections of the report on INC-2026-1103, whose authors wrote no messages, lessons, questions or glossary.
HEADINGS = [*SECTIONS, "Response", "Appendix: evidence"]


@pytest.fixture
def executed(published: Path):
    return nbformat.read(published / "INC-2026-1103.ipynb", as_version=4)


def notebook_of(*texts: str):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in texts])


def test_every_pmkit_writer_is_registered_as_an_nbconvert_exporter() -> None:
    own = {f"pmkit-{name}": writer.exporter for name, writer in WRITERS.items() if writer.exporter.startswith("pmkit.")}
    declared = entry_points(group="nbconvert.exporters")
    assert {entry.name: entry.value for entry in declared if entry.name.startswith("pmkit-")} == own


@pytest.mark.parametrize(("name", "suffix"), [("pmkit-html", "html"), ("pmkit-pdf", "pdf"), ("pmkit-md", "md")])
def test_nbconvert_knows_the_exporters_by_name(published: Path, name: str, suffix: str) -> None:
    body, _ = get_exporter(name)().from_filename(str(published / "INC-2026-1103.ipynb"))
    if suffix == "pdf":
        assert body.startswith(b"%PDF")
    else:
        assert body == (published / f"INC-2026-1103.{suffix}").read_text()


def test_the_nbconvert_command_writes_the_page(published: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", "pmkit-html", "--output-dir", str(tmp_path)]
    subprocess.run([*command, str(published / "INC-2026-1103.ipynb")], check=True, capture_output=True)
    assert (tmp_path / "INC-2026-1103.html").read_text() == (published / "INC-2026-1103.html").read_text()


class TestHtml:
    def test_the_policy_is_the_first_thing_in_the_head(self, published: Path) -> None:
        html = (published / "INC-2026-1103.html").read_text()
        assert re.search(r'<html lang="en">\s*<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]+)"', html)[
            1
        ] == (POLICY.replace("'", "&#39;"))

    def test_no_external_resource_is_loaded(self, published: Path) -> None:
        html = (published / "INC-2026-1103.html").read_text()
        assert re.findall(r'(?:src|srcset|poster|data)="(?!data:)[^"]*"', html) == []
        data = '<script type="application/json" id="pmkit-provenance">'
        assert html.count(data) == 1
        assert re.findall(r"<(?:script|link|iframe|object|embed|base|form)\b", html.replace(data, "")) == []
        assert re.findall(r"url\((?!#)|@import", html) == []

    def test_it_has_every_section_and_the_contents_link_to_each(self, published: Path) -> None:
        html = (published / "INC-2026-1103.html").read_text()
        assert re.findall(r"<h2 id=\"[^\"]+\">([^<]+)</h2>", html.split("<main", 1)[1]) == HEADINGS
        links = re.findall(r'<li[^>]*><a href="#([^"]+)"', html)
        assert links
        assert all(f'id="{anchor}"' in html for anchor in links)
        assert len(set(links)) == len(links)

    def test_every_chart_has_alternative_text(self, published: Path) -> None:
        html = (published / "INC-2026-1103.html").read_text()
        alts = re.findall(r'<div role="img" aria-label="([^"]+)"><svg', html)
        assert len(alts) == html.count("<figure>") == 5
        assert all(len(alt) > 60 for alt in alts)

    def test_code_is_included_but_hidden(self, published: Path) -> None:
        html = (published / "INC-2026-1103.html").read_text()
        assert html.count('<pre class="input">') >= 8
        assert 'id="show-code"' in html

    def test_hostile_content_is_removed(self) -> None:
        html, _ = HtmlReportExporter().from_notebook_node(hostile.notebook())
        body = html.split("<main", 1)[1]
        assert re.findall(r"<(?:script|iframe|form|meta|link|style|svg|object)\b", body) == []
        assert re.findall(r"<[^>]*\son\w+=", body) == []
        assert 'href="javascript' not in body
        assert "<b>kept</b>" in body
        assert not re.search("[\x1b\u202e]", body)

    def test_identical_headings_get_their_own_anchors(self) -> None:
        html = page(read(notebook_of("# T", "## A", "## A", "## *b* & c")))
        assert re.findall(r'<h2 id="([^"]+)"', html.split("<main", 1)[1]) == ["a", "a-2", "b-c"]

    def test_a_table_keeps_its_structure(self) -> None:
        table = '<table border="1" class="dataframe"><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
        assert sanitise(table) == table.replace(' border="1" class="dataframe"', "")

    def test_a_notebook_that_is_not_a_report_can_be_exported_too(self) -> None:
        html, _ = HtmlReportExporter().from_notebook_node(notebook_of("# Mine & yours\n\ntext", "## Part"))
        assert "<title>Mine &amp; yours</title>" in html
        assert html.count("<h1") == 1


class TestMarkdown:
    def test_it_is_one_file_with_its_charts_beside_it(self, published: Path) -> None:
        text = (published / "INC-2026-1103.md").read_text()
        assert re.findall(r"^## (.+)$", text, re.M) == HEADINGS
        pictures = re.findall(r"^!\[.{60,}\]\((.+)\)$", text, re.M)
        assert len(pictures) == 5
        assert all((published / picture).read_text().startswith("<?xml") for picture in pictures)

    def test_code_is_left_out(self, executed) -> None:
        text, _ = MarkdownReportExporter().from_notebook_node(executed)
        assert "import pmkit" not in text


class TestPdf:
    def test_its_text_contains_every_section_and_the_summary(self, published: Path) -> None:
        reader = PdfReader(published / "INC-2026-1103.pdf")
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        for heading in HEADINGS:
            assert heading in text
        assert "The impact lasted 7 min 47 s, from 10:17:14 (09:17:14 UTC) on 3 November 2026 to 10:25:01 (CET, UTC+01:00" in text
        assert "\u200b" not in text

    def test_its_bookmarks_are_its_sections(self, published: Path) -> None:
        outline = PdfReader(published / "INC-2026-1103.pdf").outline
        assert [entry.title for entry in outline if not isinstance(entry, list)] == HEADINGS

    def test_it_has_tags_a_title_and_a_language(self, published: Path) -> None:
        reader = PdfReader(published / "INC-2026-1103.pdf")
        root = reader.trailer["/Root"]
        assert bool(root["/MarkInfo"]["/Marked"])
        assert str(root["/Lang"]).startswith("en")
        assert reader.metadata.title == "Orders failed while checkout ran out of database connections"
        assert b"pdfuaid" in (published / "INC-2026-1103.pdf").read_bytes() or "pdfuaid" in str(
            reader.xmp_metadata.rdf_root.toxml()
        )
        kinds, alts = structure(root["/StructTreeRoot"])
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
        assert len(alts) == 5

    def test_pages_have_a_running_header_and_numbers(self, published: Path) -> None:
        pages = PdfReader(published / "INC-2026-1103.pdf").pages
        for number, pdf_page in enumerate(pages, 1):
            text = pdf_page.extract_text()
            assert re.search(rf"{number} ?/ ?{len(pages)}", text)
            assert ("INC-2026-1103" in text.split("\n")[0]) == (number > 1) or number == 1

    @pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
    def test_it_supports_both_paper_sizes(self, executed, paper, size, tmp_path) -> None:
        pdf, _ = PdfReportExporter(paper=paper).from_notebook_node(executed)
        (tmp_path / "x.pdf").write_bytes(pdf)
        box = PdfReader(tmp_path / "x.pdf").pages[0].mediabox
        assert (round(box.width), round(box.height)) == size

    def test_the_same_notebook_gives_the_same_bytes(self, executed, monkeypatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        first, _ = PdfReportExporter().from_notebook_node(executed)
        second, _ = PdfReportExporter().from_notebook_node(executed)
        assert first == second

    def test_the_charts_are_vector_graphics(self, published: Path) -> None:
        pages = PdfReader(published / "INC-2026-1103.pdf").pages
        assert sum(len(list(page.images)) for page in pages) == 0

    def test_a_character_without_a_glyph_is_replaced_by_its_code_point(self, tmp_path) -> None:
        pdf, _ = PdfReportExporter().from_notebook_node(notebook_of("# Title \U000f0001", "text \U000f0001 \u65e5 end"))
        (tmp_path / "x.pdf").write_bytes(pdf)
        text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages)
        assert "U+F0001" in text
        assert "text" in text
        assert "end" in text

    def test_nothing_hostile_is_read_or_run(self, tmp_path) -> None:
        pdf, _ = PdfReportExporter().from_notebook_node(hostile.notebook())
        (tmp_path / "x.pdf").write_bytes(pdf)
        text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages)
        assert '#read("/etc/hostname")' in text
        assert Path("/etc/hostname").read_text().strip() not in text.replace('read("/etc/hostname")', "")
        assert b"javascript:" not in pdf

    def test_a_long_table_repeats_its_header_on_every_page(self, published: Path) -> None:
        pages = [page.extract_text() for page in PdfReader(published / "INC-2026-1103.pdf").pages]
        assert sum("What happened" in text for text in pages) >= 2

    @pytest.mark.skipif(shutil.which("pdftotext") is None and not REQUIRED, reason="needs poppler's pdftotext")
    def test_poppler_reads_it_without_warnings(self, published: Path) -> None:
        done = subprocess.run(["pdftotext", published / "INC-2026-1103.pdf", "-"], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert "Corrective and Preventative Measures" in done.stdout


def structure(node) -> tuple[set[str], list[str]]:
    """Return the kinds of tags and the alternative texts of a PDF."""
    kinds, alts, todo = set(), [], [node]
    while todo:
        item = todo.pop()
        item = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(item, list):
            todo += item
        elif isinstance(item, dict):
            if "/S" in item:
                kinds.add(str(item["/S"]))
            if "/Alt" in item:
                alts.append(str(item["/Alt"]))
            if "/K" in item:
                todo.append(item["/K"])
    return kinds, alts


def a_template(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "look"
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_a_custom_template_extends_the_page(executed, tmp_path: Path) -> None:
    own = '{% extends "pmkit/report.html.j2" %}{% block style %}h1 { color: #a0a; }{% endblock %}'
    own += "{% block footer %}<footer>Shop AG</footer>{% endblock %}"
    folder = a_template(tmp_path, report_html_j2=own)
    body, _ = HtmlReportExporter(template_dir=str(folder)).from_notebook_node(executed)
    plain, _ = HtmlReportExporter().from_notebook_node(executed)
    assert "h1 { color: #a0a; }" in body
    assert "<footer>Shop AG</footer>" in body
    assert POLICY in body.replace("&#39;", "'")
    for heading in HEADINGS:
        assert f">{heading}</h2>" in body
    assert "Shop AG" not in plain


def test_a_custom_template_lays_out_the_pdf(executed, tmp_path: Path) -> None:
    own = '#import "pmkit.typ": *\n#let ours = report\n'
    own += '#let report(body) = { ours(body); pagebreak(); [Shop AG, #read("address.txt")] }\n'
    folder = a_template(tmp_path, report_typ=own, address_txt="Hauptstrasse 1")
    body, _ = PdfReportExporter(template_dir=str(folder)).from_notebook_node(executed)
    (tmp_path / "made.pdf").write_bytes(body)
    pages = PdfReader(tmp_path / "made.pdf").pages
    assert "Shop AG, Hauptstrasse 1" in pages[-1].extract_text()
    assert "Issue Summary" in pages[0].extract_text()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("report_html_j2", "{% block %}", "report.html.j2:1: cannot be used"),
        ("report_html_j2", '{% extends "pmkit/nothing.j2" %}', "report.html.j2: cannot be used"),
        ("report_typ", "#let report(body) = {", "the PDF could not be typeset"),
    ],
)
def test_an_invalid_template_is_reported(executed, tmp_path: Path, name: str, text: str, message: str) -> None:
    folder = str(a_template(tmp_path, **{name: text}))
    exporter = HtmlReportExporter(template_dir=folder) if "html" in name else PdfReportExporter(template_dir=folder)
    with pytest.raises(ReportError, match=re.escape(message)):
        exporter.from_notebook_node(executed)


def test_a_folder_without_a_template_is_refused_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--template", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(["report", "INC-2026-1103", "--data", str(DATA), *options]) == 2
    assert "contains neither report.html.j2 nor report.typ" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("templates", "message"),
    [
        (["no-such-guide"], "expected pmkit, sre-book, atlassian, pagerduty or a folder, got 'no-such-guide'"),
        (["atlassian", "pagerduty"], "expected at most one template by name and one folder"),
    ],
)
def test_an_unknown_template_is_refused(templates: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = [word for template in templates for word in ("--template", template)]
    assert main(["report", "INC-2026-1103", "--data", str(DATA), *options]) == 2
    assert message in capsys.readouterr().err
