"""Where a report contains its provenance: exporters write it there, and `verify` reads it. Imports nothing heavy."""

from __future__ import annotations

from typing import Final

# The element of an HTML page: what stands before the JSON, and after it.
HTML_ELEMENT: Final = ('<script type="application/json" id="pmkit-provenance">', "</script>")

# The name of the attachment of a PDF.
ATTACHMENT: Final = "provenance.json"
