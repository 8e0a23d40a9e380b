"""The report as one self-contained HTML page that asks for nothing and runs nothing."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any, Final

import jinja2
import mistune
import nh3
from markupsafe import escape
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from pmkit.core import theme
from pmkit.core.errors import ReportError
from pmkit.publish.document import Block, Document, read

TEMPLATE: Final = "report.html.j2"
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""The page's content security policy: its own style and pictures, nothing else."""

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
_HEADING: Final = re.compile(r"<h([1-6])>(.*?)</h\1>", re.S)
_ALIGNED: Final = re.compile(r'<(t[hd]) style="text-align:(right|center)">')
_WIDE: Final = re.compile(r"<table>(.*?)</table>", re.S)


class HtmlReportExporter(Exporter):
    """Export an executed notebook to one HTML file.

    Everything that comes from the notebook is sanitised by an allow-list; scripts, styles,
    remote pictures and forms never arrive.
    """

    export_from_notebook = "pmkit: HTML"
    output_mimetype = "text/html"

    template_dir = Unicode("", help="a folder with a `report.html.j2` of one's own").tag(config=True)

    file_extension = Unicode(".html").tag(config=True)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own exporters return text here, too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and the resources."""
        nb, found = super().from_notebook_node(nb, resources, **kw)
        return page(read(nb, found.get("metadata", {}).get("name", "notebook")), self.template_dir), found


@dataclass(frozen=True)
class Entry:
    """One heading in the contents list."""

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
        A folder whose `report.html.j2` is taken instead of pmkit's, which it may extend as `pmkit/report.html.j2`:
        its blocks are `style`, `header` and `footer`.

    Raises
    ------
    ReportError
        When that template cannot be used.
    """
    contents: list[Entry] = []
    body = "\n".join(_block(block, contents) for block in document.blocks)
    has_code = any(block.kind == "code" for block in document.blocks)
    try:
        written = _template(template_dir).render(
            document=document, body=body, contents=contents, policy=POLICY, theme=vars(theme), has_code=has_code
        )
    except jinja2.TemplateError as wrong:
        line = f":{wrong.lineno}" if isinstance(wrong, jinja2.TemplateSyntaxError) else ""
        raise ReportError(f"{template_dir}/{TEMPLATE}{line}: cannot be used: {wrong.message}") from wrong
    before, body_end, after = written.rpartition("</body>")
    return f"{before}{_provenance(document)}{body_end}{after}" if body_end else written + _provenance(document)


def _provenance(document: Document) -> str:
    """Write what the report was made from as data, which nothing runs; no text of it can end the element."""
    if not document.provenance:
        return ""
    data = document.provenance.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
    return f'<script type="application/json" id="pmkit-provenance">{data}</script>\n'


@cache
def _template(folder: str) -> jinja2.Template:
    own = jinja2.PackageLoader("pmkit.publish", "templates")
    loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder or []), jinja2.PrefixLoader({"pmkit": own}), own])
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(TEMPLATE)


def sanitise(html: str) -> str:
    """Keep only the tags and attributes of the allow-list, and links of the web and mail.

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


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough", "url"])


def _block(block: Block, contents: list[Entry]) -> str:
    match block.kind:
        case "markdown":
            written = _ALIGNED.sub(r'<\1 align="\2">', str(_markdown()(block.text)))
            return _structured(sanitise(written), contents)
        case "html":
            return _structured(sanitise(block.text), contents)
        case "image" if block.image:
            image = block.image
            data = base64.b64encode(image.data).decode("ascii")
            figure = f'<img src="data:{image.mime};base64,{data}" alt="{escape(image.alt)}">'
            caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
            return f"<figure>{figure}{caption}</figure>"
        case "code":
            return f'<pre class="input"><code>{escape(block.text)}</code></pre>'
        case _:
            return f'<pre class="{block.kind}">{escape(block.text)}</pre>' if block.text.strip() else ""


def _structured(html: str, contents: list[Entry]) -> str:
    """Give headings an anchor and enter them into the contents; let wide tables scroll."""

    def anchored(found: re.Match[str]) -> str:
        level, inner = int(found[1]), found[2]
        words = unescape(re.sub(r"<[^>]+>", "", inner))
        stem = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
        taken = {entry.anchor for entry in contents}
        anchor = next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
        contents.append(Entry(level, anchor, words))
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    return _WIDE.sub(
        r'<div class="table" tabindex="0" role="group" aria-label="table"><table>\1</table></div>', _HEADING.sub(anchored, html)
    )
