"""Short cards: how results show themselves, as HTML in a notebook and as a few lines of text elsewhere."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from dataclasses import dataclass

from pmkit.core.markdown import printable


@dataclass(frozen=True)
class Card:
    """What a result says of itself.

    Attributes
    ----------
    kind : str
        The name of its class.
    title : str
        Which one it is.
    lines : tuple of str
        What it says, a line each.
    ranked : tuple of str
        What it ranks, the first place first.
    noun : str
        What these are, such as Suspect.
    calls : tuple of str
        What a reader may call next.
    """

    kind: str
    title: str
    lines: tuple[str, ...]
    ranked: tuple[str, ...] = ()
    noun: str = ""
    calls: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the card as a few lines of text."""
        ranked = (f"{self.noun} {place}: {text}" for place, text in enumerate(self.ranked, 1))
        calls = [f"Next: {', '.join(self.calls)}"] if self.calls else []
        head = f"<{self.kind} {self.title}>"
        return printable("\n  ".join([head, *self.lines, *ranked, *calls]))

    def html(self) -> str:
        """Return the same as HTML; texts from exports and from people are escaped."""
        blocks = [
            f"<p><strong>{_escape(f'{self.kind} {self.title}')}</strong></p>",
            f"<p>{'<br>'.join(map(_escape, self.lines))}</p>",
        ]
        if self.ranked:
            items = "".join(f"<li>{_escape(text)}</li>" for text in self.ranked)
            blocks.append(f"<p>{_escape(self.noun)}s</p><ol>{items}</ol>")
        if self.calls:
            blocks.append(f"<p>Next: {', '.join(f'<code>{_escape(call)}</code>' for call in self.calls)}</p>")
        return f'<div class="pmkit-{self.kind.lower()}">{"".join(blocks)}</div>'


class ShownAsCard(ABC):
    """A result that shows itself as a card. A data class says `repr=False`, or it would show all its fields."""

    @abstractmethod
    def _card(self) -> Card:
        """Return the card."""

    def __repr__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return self._card().html()


def _escape(text: str) -> str:
    return html.escape(printable(text))
