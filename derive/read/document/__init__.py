"""Documents: LaTeX, Markdown, notebooks and plain text, cut into formulas and the words between.

Whatever the bytes are, the result is a Document: what could not be read is a note in it.  Nothing
here understands a formula, and nothing from a document is ever run.
"""

from derive.read.document.kinds import NOTES
from derive.read.document.opening import (
    guess_kind,
    open_document,
    read_bytes,
    read_document,
)
from derive.read.document.source import Cell, Document, Note, Place, Segment

__all__ = [
    "NOTES",
    "Cell",
    "Document",
    "Note",
    "Place",
    "Segment",
    "guess_kind",
    "open_document",
    "read_bytes",
    "read_document",
]
