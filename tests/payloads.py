"""Text that somebody may have written into a log, an alert or a chat in the hope that a report would run it."""

from __future__ import annotations

from typing import Final

# Each may occur in any field.
PAYLOADS: Final = (
    # scripts and event handlers
    "<script>window.ran=1</script>", "<ScRiPt>window.ran=1</sCrIpT>", "<scr<script>ipt>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>", "<img/src=x/onerror=window.ran=1>", "<svg onload=window.ran=1>", "<svg/onload=window.ran=1>",
    "<body onload=window.ran=1>", "<details open ontoggle=window.ran=1>x</details>", "<input autofocus onfocus=window.ran=1>",
    "<video><source onerror=window.ran=1></video>", "<marquee onstart=window.ran=1>x</marquee>", "\"><script>window.ran=1</script>",
    "' onmouseover='window.ran=1", "\" autofocus onfocus=\"window.ran=1", "</title><script>window.ran=1</script>",
    "</style><script>window.ran=1</script>", "</script><script>window.ran=1</script>", "<!--><script>window.ran=1</script>-->",
    "<![CDATA[<script>window.ran=1</script>]]>", "<noscript><p title=\"</noscript><img src=x onerror=window.ran=1>\">",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1>", "<xss id=x tabindex=1 onfocus=window.ran=1></xss>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;", "&#60;script&#62;window.ran=1&#60;/script&#62;", "\\u003cscript\\u003ewindow.ran=1",
    # links
    "[x](javascript:window.ran=1)", "<a href=\"javascript:window.ran=1\">x</a>", "<a href=\"JaVaScRiPt:window.ran=1\">x</a>",
    "<a href=\"java&#x09;script:window.ran=1\">x</a>", "[x](data:text/html,<script>window.ran=1</script>)",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>", "[x](vbscript:window.ran=1)", "<base href=http://evil.example/>",
    # requests to other hosts
    "<img src=http://evil.example/a.png>", "![x](http://evil.example/b.png)", "<iframe src=http://evil.example/></iframe>",
    "<link rel=stylesheet href=http://evil.example/c.css>", "<object data=http://evil.example/d></object>",
    "<embed src=http://evil.example/e>", "<meta http-equiv=refresh content=\"0;url=http://evil.example/\">",
    "<form action=http://evil.example/><button>go</button></form>", "<audio src=http://evil.example/f autoplay></audio>",
    "<div style=\"background:url(http://evil.example/g.png)\">x</div>", "<style>@import 'http://evil.example/h.css';</style>",
    "<style>*{display:none}</style>", "<p style=\"position:fixed;inset:0;background:red\">x</p>", "<plaintext>", "<xmp>", "<textarea>",
    # other languages: Markdown, pandoc, Typst, templates, LaTeX
    "```{=html}\n<script>window.ran=1</script>\n```", "`<script>window.ran=1</script>`{=html}", "::: {onclick=window.ran=1}\nx\n:::",
    "# A heading of its own", "| a | b |\n|---|---|\n| c | d |", "> **To write:** not by pmkit", "---\ntitle: other\n---",
    "#read(\"/etc/hostname\")", "#import \"/etc/hostname\"", "#panic(\"no\")", "$ x^2 $", "#set page(width: 1pt)", "\\input{/etc/hostname}",
    "{{ 7 * 7 }}", "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}", "${7*7}", "<%= 7 * 7 %>",
    # terminals, text direction, spreadsheets
    "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07", "\u202egnp.exe", "\u2066x\u2069\u200f",
    "=HYPERLINK(\"http://evil.example\")", "+cmd|' /C calc'!A0", "@SUM(1+1)", "a\u2028b\u2029c\x85d\x00e",
    "a" * 400, "\u0301" * 40, "\U0001f469\u200d\U0001f4bb \u7070 \u05d0",
)  # fmt: skip
