"""Markdown that people wrote loses what runs or loads, and keeps the rest."""

from __future__ import annotations

import pytest

from pmkit.core.markdown_safety import sanitize


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("**bold** and `a<b>`", "**bold** and `a<b>`"),
        ("```\n<b>\n```", "```\n<b>\n```"),
        ("```\n<b>\n```\n~~~", "```\n\\<b>\n```\n~~~"),
        ("`a<b>` and a lone `", "`a\\<b>` and a lone `"),
        ("`a | <b>`", "`a | \\<b>`"),
        ("<script>", "\\<script>"),
        ("\\<b>", "\\<b>"),
        ("![x](https://a/b.png)", "[x](https://a/b.png)"),
        ("[x](javascript:y)", "[x](#javascript:y)"),
        ("[x](&#106;avascript:y)", "[x](#&#106;avascript:y)"),
        ("[x]: data:text/html,y", "[x]: #data:text/html,y"),
        ("[x](mailto:a@b.example) [y](docs/z.md)", "[x](mailto:a@b.example) [y](docs/z.md)"),
    ],
)
def test_markup_is_kept_or_neutralized(written: str, safe: str) -> None:
    assert sanitize(written) == safe
