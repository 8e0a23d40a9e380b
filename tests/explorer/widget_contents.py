"""Read what widgets show."""

from __future__ import annotations

import html
import re

import ipywidgets as widgets


def shown(widget: widgets.Widget) -> str:
    """Return all text that a widget shows."""
    if isinstance(widget, widgets.Box):
        return "\n".join(shown(child) for child in widget.children)
    if isinstance(widget, widgets.Button | widgets.ToggleButton | widgets.Checkbox):
        return str(widget.description)
    return html.unescape(re.sub(r"<(?!\*>)[^>]+>", " ", str(getattr(widget, "value", ""))))


def buttons(widget: widgets.Widget) -> dict[str, widgets.Button]:
    """Return the buttons of a widget by their texts."""
    if isinstance(widget, widgets.Button):
        return {widget.description: widget}
    inner = widget.children if isinstance(widget, widgets.Box) else ()
    return {name: button for child in inner for name, button in buttons(child).items()}
