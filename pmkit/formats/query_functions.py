"""The functions that the expressions of record formats can call, beside those of JMESPath; what one cannot work on is null."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pmkit.formats.change_kinds import change_kind
from pmkit.formats.fields import ALERT_SERVICE_NAMES, first_value
from pmkit.formats.json_documents import embedded
from pmkit.formats.metric_values import labels_of
from pmkit.formats.record import sorted_json

# The names of labels that name a service, most telling first.
SERVICE_LABELS: Final = (
    *ALERT_SERVICE_NAMES, "servicenames", "kubernetesservice", "appkubernetesioname", "k8sapp", "kubeapp", "deployment", "statefulset", "job",
)  # fmt: skip

_TAG: Final = re.compile(r"<[^>]+>")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def _json(text: object) -> object:
    """Return the JSON in a text."""
    return embedded(text)


def _match(text: object, pattern: str) -> str | None:
    """Return the first group that a regular expression finds in a text."""
    match = re.search(pattern, text) if isinstance(text, str) else None
    return match[1] if match else None


def _lower(text: object) -> str | None:
    """Return a text in lower case."""
    return text.lower() if isinstance(text, str) else None


def _plain(text: object) -> str | None:
    """Return the text of HTML."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split()) if isinstance(text, str) else None


def _tags(tags: object) -> dict[str, object]:
    """Return tags such as `team:shop`, in a list or between commas, as an object."""
    listed = tags.split(",") if isinstance(tags, str) else tags if isinstance(tags, list) else []
    pairs = (re.split("[:=]", str(tag), maxsplit=1) for tag in listed)
    return {pair[0].strip(): pair[1].strip() if len(pair) > 1 else "" for pair in pairs}


def _pairs(listed: object, name: str, value: str) -> dict[str, object]:
    """Return a list of objects that each have a name and a value as one object."""
    objects = [element for element in listed if isinstance(element, dict)] if isinstance(listed, list) else []
    return {str(element[name]): _unwrapped(element.get(value)) for element in objects if name in element}


def _service(labels: object) -> object:
    """Return the service that labels name."""
    return first_value(SERVICE_LABELS, labels) if isinstance(labels, dict) else None


def _later(time: object, seconds: object) -> object:
    """Return the time so many seconds after another one, in the notation of ISO 8601 or as a number in milliseconds."""
    if seconds in (None, ""):
        return None
    elapsed = float(str(seconds))
    if isinstance(time, int | float):
        return float(time) + 1000 * elapsed
    try:
        return (datetime.fromisoformat(str(time)) + timedelta(seconds=elapsed)).isoformat()
    except (ValueError, OverflowError):
        return None


def _seconds(milliseconds: object) -> float | None:
    """Return milliseconds in seconds."""
    return None if milliseconds in (None, "") else float(str(milliseconds)) / 1000


def _element(names: list[str], number: object) -> str | None:
    """Return the name for a number, counted from 0."""
    return None if number in (None, "") else names[int(str(number))]


def _kind(text: object) -> str | None:
    """Return the kind of change that a text names."""
    return change_kind(text) if isinstance(text, str) else None


def _short(revision: object) -> object:
    """Return a revision with its hash shortened."""
    return _SHA.sub(lambda match: match[0][:12], revision) if isinstance(revision, str) else revision


def _zip(first: object, second: object) -> list[list[object]]:
    """Return pairs of the elements of two lists of the same length."""
    if not isinstance(first, list) or not isinstance(second, list):
        return []
    return [list(pair) for pair in zip(first, second, strict=True)]


def _entries(value: object) -> list[dict[str, object]]:
    """Return the members of an object as a list of objects with `key` and `value`."""
    return [{"key": key, "value": inner} for key, inner in value.items()] if isinstance(value, dict) else []


def _type(value: object) -> str:
    """Return the type of a value, as JMESPath calls it; its own function checks the types of arguments first, which takes time."""
    types = ((bool, "boolean"), (str, "string"), (dict, "object"), (list, "array"), ((int, float), "number"))
    return next((name for kind, name in types if isinstance(value, kind)), "null")


def _split(text: object, separator: str) -> list[str] | None:
    """Return the parts of a text."""
    return text.split(separator) if isinstance(text, str) else None


def _words(parts: list[object]) -> str:
    """Return those of some texts that are not empty, with spaces between them."""
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _text(value: object) -> str | None:
    """Return a value as text."""
    return None if value is None else value if isinstance(value, str) else sorted_json(value)


def _unwrapped(value: object) -> object:
    """Return the value in one of OpenTelemetry's, such as `{"stringValue": "cart"}`; any other value as it is."""
    if isinstance(value, dict) and len(value) == 1 and (key := next(iter(value))).endswith(("Value", "_value")):
        return value[key]
    return value


def _labels(text: object) -> dict[str, str]:
    """Return labels that a text lists as in PromQL, such as `job="cart", code="500"`."""
    return labels_of(f"{{{text}}}") if isinstance(text, str) else {}


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "json": _json,
    "match": _match,
    "lower": _lower,
    "plain": _plain,
    "tags": _tags,
    "pairs": _pairs,
    "service": _service,
    "later": _later,
    "seconds": _seconds,
    "element": _element,
    "kind": _kind,
    "short": _short,
    "zip": _zip,
    "entries": _entries,
    "type": _type,
    "split": _split,
    "words": _words,
    "text": _text,
    "labels": _labels,
}
