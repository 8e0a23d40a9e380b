"""A notebook whose outputs try to run code, load resources and pass for something else."""

import nbformat
from nbformat import NotebookNode

PAYLOADS = {
    "text/html": [
        "<script>window.ran=1</script><b>kept</b>",
        '<img src=x onerror="window.ran=1">',
        '<svg onload="window.ran=1"></svg>',
        '<iframe src="javascript:parent.ran=1"></iframe>',
        '<table style="background:url(http://evil.example/a.png)"><tr><td onclick="window.ran=1">cell</td></tr></table>',
        '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
        '<form action="http://evil.example/"><button>go</button></form>',
        '<link rel="stylesheet" href="http://evil.example/a.css">',
        "<style>@import url(http://evil.example/b.css)</style>",
    ],
    "text/markdown": [
        "<script>window.ran=1</script>",
        "[click](javascript:window.ran=1)",
        "![remote](http://evil.example/c.png)",
        "![local](/etc/hostname)",
        "![chart](pmkit-image:99)",
        "#import \"x\" `#read(\"/etc/hostname\")` $x$ ```{=html}\n<b onclick=window.ran=1>b</b>\n```",
        "\\u202egnp.exe \x1b[31m",
    ],
    "image/svg+xml": [
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>window.ran=1</script>'
        '<image href="http://evil.example/d.png"/><rect width="9" height="9" onclick="window.ran=1"/></svg>',
    ],
}  # fmt: skip


def notebook() -> NotebookNode:
    outputs = [nbformat.v4.new_output("display_data", {mime: text}) for mime, texts in PAYLOADS.items() for text in texts]
    outputs.append(nbformat.v4.new_output("stream", name="stdout", text="<script>window.ran=1</script>\n"))
    outputs.append(
        nbformat.v4.new_output("error", ename="E", evalue="<img src=x onerror=window.ran=1>", traceback=["\x1b[31m<i>E</i>"])
    )
    cells = [nbformat.v4.new_code_cell("'</pre><script>window.ran=1</script>'", outputs=outputs, execution_count=1)]
    cells += [nbformat.v4.new_markdown_cell(text) for text in PAYLOADS["text/markdown"]]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A hostile notebook\n\n## Part"), *cells])
