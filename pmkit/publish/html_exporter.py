"""The report as one self-contained HTML page, which loads nothing and runs no code."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

import jinja2
import mistune
import nh3
from markupsafe import escape
from mistune.util import safe_entity
from nbformat import NotebookNode
from traitlets import Unicode

from pmkit.core import theme
from pmkit.core.errors import ReportError
from pmkit.core.markdown_cells import LINE_BREAK
from pmkit.publish.document import Block, Document, Image
from pmkit.publish.document_exporter import DocumentExporter
from pmkit.publish.embedded_provenance import HTML_ELEMENT
from pmkit.publish.inline_svg import inline
from pmkit.publish.page_tables import page_table, text_of
from pmkit.publish.writers import HTML_TEMPLATE, Resources

# The page's content security policy allows its own style and pictures, and nothing else.
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)

_TAGS: Final = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p", "pre", "s", "samp", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "col": {"span"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "scope", "align"},
}
_HEADING_OR_TABLE: Final = re.compile(r"<h(?P<level>[1-6])>(?P<heading>.*?)</h(?P=level)>|<table>(?P<table>.*?)</table>", re.S)
_EXCERPT: Final = re.compile(r'<h4 id="([^"]+)"><code>([^<]*)</code></h4>')
_CODE: Final = re.compile(r"<code>([^<]*)</code>(?!</h|</pre)")
_ALIGNED: Final = re.compile(r'<(t[hd]) style="text-align:(right|center)">')


class HtmlReportExporter(DocumentExporter):
    """Export an executed notebook to one HTML file.

    An allow-list sanitises everything that comes from the notebook, so the page contains no scripts, styles, remote
    pictures or forms of the notebook.
    """

    export_from_notebook = "pmkit: HTML"
    output_mimetype = "text/html"

    template_dir = Unicode("", help=f"a folder with your own `{HTML_TEMPLATE}`").tag(config=True)

    file_extension = Unicode(".html").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: Resources | None = None, **kw: object
    ) -> tuple[str, Resources]:
        """Return the page and the resources."""
        document, filled = self.read_document(nb, resources, **kw)
        return page(document, self.template_dir), filled


@dataclass(frozen=True)
class Entry:
    """One heading in the table of contents."""

    level: int
    anchor: str
    text: str


def page(document: Document, template_dir: str = "") -> str:
    """Write a document as an HTML page.

    Parameters
    ----------
    document : Document
        What to write.
    template_dir : str, optional
        A folder whose `report.html.j2` is used instead of pmkit's. It may extend pmkit's as `pmkit/report.html.j2`,
        which has the blocks `style`, `header` and `footer`.

    Raises
    ------
    ReportError
        When the template cannot be used.
    """
    contents: list[Entry] = []
    # Pictures are numbered among themselves, so that code between them changes nothing.
    numbers = accumulate(block.image is not None for block in document.blocks)
    blocks = [_block(block, number, contents) for block, number in zip(document.blocks, numbers, strict=True)]
    body = _with_excerpts_linked("\n".join(blocks))
    has_code = any(block.kind == "code" for block in document.blocks)
    try:
        html = _template(template_dir).render(
            document=document, body=body, contents=contents, policy=POLICY, schemes=theme.SCHEMES, has_code=has_code
        )
    except jinja2.TemplateError as error:
        line = f":{error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise ReportError(f"{template_dir}/{HTML_TEMPLATE}{line}: cannot be used: {error.message}") from error
    before, body_end, after = html.rpartition("</body>")
    return f"{before}{_provenance(document)}{body_end}{after}" if body_end else html + _provenance(document)


def _provenance(document: Document) -> str:
    """Return the provenance as an element that no browser runs, escaped so that no text in it can end the element."""
    if not document.provenance:
        return ""
    data = document.provenance.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
    return f"{data.join(HTML_ELEMENT)}\n"


@cache
def _template(folder: str) -> jinja2.Template:
    own = jinja2.PackageLoader("pmkit.publish", "templates")
    loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder or []), jinja2.PrefixLoader({"pmkit": own}), own])
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(HTML_TEMPLATE)


def sanitise(html: str) -> str:
    """Return HTML with only the tags and attributes of the allow-list, and only links to web pages and mail addresses.

    Examples
    --------
    >>> sanitise('<p onclick="x()">a<script>alert(1)</script> <a href="javascript:x()">b</a></p>')
    '<p>a <a rel="noopener noreferrer">b</a></p>'
    """
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "template", "noscript"},
    )


class _Renderer(mistune.HTMLRenderer):
    """Shows HTML as text, but for line breaks in cells, and an entity as the character that it stands for."""

    def text(self, text: str) -> str:
        return safe_entity(text)

    def inline_html(self, html: str) -> str:
        return html if html == LINE_BREAK else str(super().inline_html(html))


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["table", "strikethrough", "url"])


def _block(block: Block, number: int, contents: list[Entry]) -> str:
    match block.kind:
        case "markdown":
            html = _ALIGNED.sub(r'<\1 align="\2">', str(_markdown()(block.text)))
            return _with_anchors(sanitise(html), contents)
        case "html":
            return _with_anchors(sanitise(block.text), contents)
        case "image" if block.image:
            return _figure(block.image, number)
        case "code":
            return f'<pre class="input"><code>{escape(block.text)}</code></pre>'
        case _:
            return f'<pre class="{block.kind}">{escape(block.text)}</pre>' if block.text.strip() else ""


def _figure(image: Image, number: int) -> str:
    """Return a picture with its caption; a chart is part of the page, so that it has the colours of the page."""
    caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
    charts = _charts(image, number) if image.mime == "image/svg+xml" else ""
    if charts:
        return f'<figure><div role="img" aria-label="{escape(image.alt)}">{charts}</div>{caption}</figure>'
    data = base64.b64encode(image.data).decode("ascii")
    return f'<figure><img src="data:{image.mime};base64,{data}" alt="{escape(image.alt)}">{caption}</figure>'


def _charts(image: Image, number: int) -> str:
    """Return the drawings of a chart, of which the page shows the one that fits; empty if it must not be part of the page."""
    narrow = inline(image.narrow, f"n{number}-", "chart narrow") if image.narrow else None
    wide = inline(image.data, f"w{number}-", "chart wide" if narrow else "chart")
    return f"{wide}{narrow or ''}" if wide else ""


def _with_anchors(html: str, contents: list[Entry]) -> str:
    """Add an anchor and a link to each heading, enter it into the table of contents, and make tables fit the page."""

    def anchored(part: re.Match[str]) -> str:
        if part["table"] is not None:
            return page_table(part["table"], _unused(contents[-1].anchor if contents else "table", tables))
        level, inner = int(part["level"]), part["heading"]
        words = text_of(inner)
        anchor = _unused(re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section", taken)
        contents.append(Entry(level, anchor, words))
        link = f'<a class="anchor" href="#{anchor}" aria-label="Link to {escape(words)}">#</a>'
        return f'<div class="heading"><h{level} id="{anchor}">{inner}</h{level}>{link}</div>'

    taken, tables = {entry.anchor for entry in contents}, set[str]()
    return _HEADING_OR_TABLE.sub(anchored, html)


def _with_excerpts_linked(body: str) -> str:
    """Make each place in an export a link to the heading that consists of it, if there is one."""
    anchors = {place: anchor for anchor, place in _EXCERPT.findall(body)}

    def linked(place: re.Match[str]) -> str:
        anchor = anchors.get(place[1])
        return f'<a href="#{anchor}">{place[0]}</a>' if anchor else place[0]

    return _CODE.sub(linked, body) if anchors else body


def _unused(stem: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, and take it."""
    name = next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
    taken.add(name)
    return name
