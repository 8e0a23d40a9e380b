"""The explorer's style sheet, in the colours of JupyterLab's theme, and helpers that build its widgets."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from functools import wraps
from threading import RLock
from typing import Any, Final, ParamSpec, TypeVar

import ipywidgets as widgets

from pmkit.core import theme

STYLE: Final = f"""
<style>
.pmkit {{ color: var(--jp-ui-font-color1, {theme.INK}); max-width: 1500px; }}
.pmkit .widget-html-content, .pmkit .widget-html > .widget-html-content {{ line-height: 1.4; }}
.pmkit h2 {{ font-size: 18px; margin: 2px 0; font-weight: 600; }}
.pmkit h3 {{ font-size: 14px; margin: 10px 0 2px; font-weight: 600; }}
.pmkit .faint {{ color: var(--jp-ui-font-color2, {theme.MUTED}); font-size: 12px; }}
.pmkit table.lines {{ border-collapse: collapse; width: 100%; table-layout: fixed;
  font: 12px/1.45 var(--jp-code-font-family, monospace); }}
.pmkit table.lines th {{ text-align: left; font-weight: 600; color: var(--jp-ui-font-color2, {theme.MUTED});
  border-bottom: 1px solid var(--jp-border-color1, {theme.RULE}); padding: 2px 6px; }}
.pmkit table.lines td {{ padding: 1px 6px; vertical-align: top; overflow-wrap: anywhere;
  border-bottom: 1px solid var(--jp-border-color3, {theme.RULE}); }}
.pmkit table.lines tr.bad td {{ background: color-mix(in srgb, {theme.ERROR} 14%, transparent); }}
.pmkit table.lines tr[data-row] {{ cursor: pointer; }}
.pmkit table.lines tr[data-row]:hover td {{ background: var(--jp-layout-color2, #eee); }}
.pmkit table.lines button {{ border: 0; background: transparent; color: inherit; cursor: pointer; padding: 0 4px 0 0;
  min-width: 18px; font: inherit; }}
.pmkit table.lines tr[data-row] td:first-child {{ white-space: nowrap; }}
.pmkit table.lines tr.details > td {{ padding: 4px 10px 10px 24px; background: var(--jp-layout-color2, #f5f5f5); }}
.pmkit tr.details h4 {{ margin: 10px 0 2px; font: 600 12px/1.4 var(--jp-ui-font-family, sans-serif); }}
.pmkit tr.details table {{ border-collapse: collapse; }}
.pmkit tr.details table td, .pmkit tr.details table th {{ border: 0; background: transparent; padding: 0 10px 0 0;
  white-space: pre-wrap; font-weight: 400; }}
.pmkit tr.details table.raw th {{ text-align: right; vertical-align: top; color: var(--jp-ui-font-color2, {theme.MUTED}); }}
.pmkit tr.details tr.this td {{ font-weight: 700; }}
.pmkit tr.details pre {{ max-height: 300px; overflow: auto; }}
.pmkit .scroll {{ max-height: 520px; overflow: auto; }}
.pmkit .problem {{ font-size: 12px; line-height: 1.4; margin: 2px 0; }}
.pmkit .problem b {{ font-weight: 600; }}
.pmkit .error {{ border-left: 3px solid var(--jp-error-color1, #c62828); padding-left: 6px; }}
.pmkit .warning {{ border-left: 3px solid var(--jp-warn-color1, #b26a00); padding-left: 6px; }}
.pmkit .note {{ border-left: 3px solid var(--jp-border-color0, {theme.MUTED}); padding-left: 6px; }}
.pmkit .bar {{ height: 6px; background: {theme.ERROR}; border-radius: 2px; min-width: 2px; }}
.pmkit .track {{ background: var(--jp-layout-color3, {theme.RULE}); border-radius: 2px; }}
.pmkit .rank button {{ text-align: left; white-space: pre-line; height: auto; line-height: 1.35; padding: 3px 6px;
  font-size: 12px;
  background: transparent; color: var(--jp-ui-font-color1, {theme.INK});
  border: 1px solid var(--jp-border-color2, {theme.RULE}); }}
.pmkit .rank button:hover {{ background: var(--jp-layout-color2, #eee); }}
.pmkit button:focus-visible, .pmkit textarea:focus-visible, .pmkit input:focus-visible, .pmkit select:focus-visible {{
  outline: 2px solid var(--jp-brand-color1, {theme.ACCENT}); outline-offset: 1px; }}
.pmkit .jupyter-matplotlib-canvas-container {{ overflow: hidden; }}
.pmkit .field {{ flex-flow: column; height: auto; align-items: stretch; }}
.pmkit .field > .widget-label {{ width: auto; text-align: left; justify-content: flex-start; height: 22px; line-height: 22px; }}
.pmkit .field > input, .pmkit .field > select, .pmkit .field > textarea {{ flex: 0 0 auto; }}
.pmkit .hidden-entry input {{ text-decoration: line-through; opacity: .6; }}
.pmkit .conflict {{ border: 1px solid var(--jp-error-color1, #c62828); padding: 6px 10px; margin: 6px 0; }}
.pmkit pre {{ white-space: pre-wrap; margin: 2px 0; font-size: 12px; }}
</style>
"""


# How times are shown and typed.
TIME_FORMAT: Final = "%Y-%m-%d %H:%M:%S"

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

# JupyterLab may handle several widgets at once, each in its own thread, so callbacks take turns.
_TURN: Final = RLock()


def in_turn(call: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Return a function that calls the given one once no other callback is running."""

    @wraps(call)
    def call_in_turn(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        with _TURN:
            return call(*args, **kwargs)

    return call_in_turn


def on_value(widget: widgets.Widget, call: Callable[[Any], None]) -> None:
    """Call a function with the new value of a widget whenever it changes."""
    widget.observe(in_turn(lambda change: call(change["new"])), "value")


def words(text: str, kind: str = "") -> widgets.HTML:
    """Return a widget that shows a text, escaped, with a CSS class."""
    return widgets.HTML(f'<span class="{kind}">{html.escape(text)}</span>')


def heading(text: str) -> widgets.HTML:
    """Return a heading."""
    return widgets.HTML(f"<h3>{html.escape(text)}</h3>")


def row(*children: widgets.Widget, **layout: str) -> widgets.HBox:
    """Put widgets beside each other, in several rows if there is no room."""
    return widgets.HBox(children, layout=widgets.Layout(**{"flex_flow": "row wrap", "align_items": "center", **layout}))


def column(children: Iterable[widgets.Widget], **layout: str) -> widgets.VBox:
    """Put widgets below each other."""
    return widgets.VBox(tuple(children), layout=widgets.Layout(**layout))


def button(text: str, tooltip: str, call: Callable[[], object], **layout: str) -> widgets.Button:
    """Return a button; a click on it calls `call`."""
    new_button = widgets.Button(description=text, tooltip=tooltip, layout=widgets.Layout(**{"width": "auto", **layout}))
    new_button.on_click(in_turn(lambda _: call()))
    return new_button


def bar(share: float) -> widgets.HTML:
    """Return a bar that shows a share, 0 to 1."""
    width = max(1, round(100 * share))
    track = f'<div class="track"><div class="bar" style="width:{width}%"></div></div>'
    return widgets.HTML(track, layout=widgets.Layout(width="98%"))


def problem(text: str) -> str:
    """Return a problem as HTML."""
    return f'<span class="problem error">{html.escape(text)}</span>'


def labelled(widget: widgets.Widget) -> widgets.Widget:
    """Put the description of a widget above it instead of beside it, and return the widget."""
    widget.add_class("field")
    return widget
