"""Markdown that people wrote loses what runs or loads, and keeps the rest."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from random import Random

import pytest
from chrome import REQUIRED
from conftest import ROOT

from pmkit.core.markdown import code, escape, table
from pmkit.core.markdown_safety import sanitize

MARKED = ROOT / "tests" / "node_modules" / "marked"
READ = f"""
import {{ marked }} from 'file://{MARKED}/lib/marked.esm.js'; import fs from 'fs';
console.log(JSON.stringify(JSON.parse(fs.readFileSync(0)).map(text => marked.parse(text))));
"""
# What texts are drawn from: tags, links, addresses that readers make a link by themselves, and signs that change what they mean.
PIECES = [
    "<img src=x onerror=alert(1)//>", "<script>alert(1)</script>", "<b", "<!--", "-->", "<http://shop.example/",
    "<a@shop.example", "http://shop.example/", "https://shop.example", "http://", "www.shop.example/",
    "ftp://shop.example/", "a@shop.example",
    "mailto:a@shop.example", "xmpp:a@shop.example/", "javascript:alert(1)", "[x](", "](", "![x](", "[x]: ", ")", "(", "<", ">",
    "\\", "\\\\", "\\<", "`", "``", "*", "_", "~", "~~", "|", "$", "#", "&lt;", " ", "\n", "\n\n", "“",
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("**bold** and `a<b>`", "**bold** and `a<b>`"),
        ("```\n<b>\n```", "```\n<b>\n```"),
        ("```\n<b>\n```\n~~~", "```\n&lt;b>\n```\n~~~"),
        ("`a<b>` and a lone `", "`a&lt;b>` and a lone `"),
        ("`a | <b>`", "`a | &lt;b>`"),
        ("<script>", "&lt;script>"),
        ("\\<b>", "&lt;b>"),
        ("![x](https://a/b.png)", "[x](https://a/b.png)"),
        ("[x](javascript:y)", "[x](#javascript:y)"),
        ("[x](&#106;avascript:y)", "[x](#&#106;avascript:y)"),
        ("[x]: data:text/html,y", "[x]: #data:text/html,y"),
        ("see https://shop.example/<img>", "see https://shop.example/&lt;img>"),
        ("www.shop.example/`<img>`", "www.shop.example/%60&lt;img>`"),
        ("http://![x](javascript:y)", "http://[x](#javascript:y)"),
        ("[x](mailto:a@b.example) [y](docs/z.md)", "[x](mailto:a@b.example) [y](docs/z.md)"),
    ],
)
def test_markup_is_kept_or_neutralized(written: str, safe: str) -> None:
    assert sanitize(written) == safe


@pytest.mark.skipif((shutil.which("node") is None or not MARKED.exists()) and not REQUIRED, reason="needs node and marked")
def test_nothing_in_a_text_runs_where_jupyterlab_shows_it() -> None:
    chance = Random(7)  # noqa: S311 - not cryptography
    texts = ["".join(chance.choices(PIECES, k=chance.randint(2, 7))) for _ in range(8_000)]
    written = [each for text in texts for each in (sanitize(text), escape(text), f"x {code(text)} y")]
    written += [table(["a", "b"], [[escape(text), code(text)]], [6, 6]) for text in texts]
    command = ["node", "--input-type=module", "--eval", READ]
    done = subprocess.run(command, input=json.dumps(written), capture_output=True, text=True, check=True)
    for markdown, html in zip(written, json.loads(done.stdout), strict=True):
        outside_of_code = re.sub(r"<code[^>]*>.*?</code>", "", html, flags=re.DOTALL)
        assert not re.search(r"<(?:img|script|b)\b|(?:href|src)=\"(?:javascript|data|vbscript)", outside_of_code), markdown
