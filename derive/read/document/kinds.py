"""Tables of the scanner: environments, commands, limits and notes.  No algorithms."""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off

# --- environments --------------------------------------------------------------------------------
# Each also has a starred form.  The text of a segment starts after the arguments:
# "o" optional [..], "m" mandatory {..}.
MATH_ENVIRONMENTS: Mapping[str, str] = {
    "equation": "",  "displaymath": "", "math": "",      "align": "",       "flalign": "",
    "alignat": "m",  "xalignat": "m",   "xxalignat": "m", "gather": "",     "multline": "",
    "eqnarray": "",  "dmath": "o",      "dgroup": "",    "IEEEeqnarray": "om",
    "empheq": "om",
    # inner ones: Markdown authors put them outside dollars, and MathJax reads them there
    "aligned": "o",  "alignedat": "om", "gathered": "o", "split": "",       "cases": "",
    "dcases": "",    "rcases": "",      "array": "om",   "multlined": "o",
    "matrix": "",    "pmatrix": "",     "bmatrix": "",   "vmatrix": "",     "Bmatrix": "",
    "Vmatrix": "",   "smallmatrix": "", "subarray": "m",
}
INLINE_ENVIRONMENTS = frozenset(("math",))
# Nothing in these is looked at.
VERBATIM_ENVIRONMENTS = frozenset((
    "verbatim", "Verbatim", "BVerbatim", "LVerbatim", "lstlisting", "minted", "comment", "alltt",
    "filecontents", "tikzpicture", "tikzcd", "pycode", "pyconsole", "sagesilent", "algorithmic",
    "algorithm2e", "code", "spverbatim", "luacode", "asy",
))

# --- commands ------------------------------------------------------------------------------------
# Their argument is text even within a formula, so dollars may stand in it.
TEXT_COMMANDS = (
    "text", "textrm", "textit", "textbf", "textsf", "texttt", "textnormal", "textup", "mbox",
    "hbox", "fbox", "makebox", "intertext", "shortintertext", "tag", "footnote",
)
# Their argument is delimited by the character that follows: \verb|..|
VERBATIM_COMMANDS = frozenset(("verb", "lstinline", "mintinline", "Verb", "spverb"))
# Their first argument is an address, in which % and $ are letters.
ADDRESS_COMMANDS = frozenset(("url", "href", "path", "nolinkurl", "hyperref", "includegraphics"))
# They read another file.
INPUT_COMMANDS = frozenset(("input", "include", "subfile", "import"))
# How many groups {..} a definition has after its command and the name.
DEFINITION_GROUPS: Mapping[str, int] = {
    "newcommand": 1, "renewcommand": 1, "providecommand": 1, "DeclareRobustCommand": 1,
    "DeclareMathOperator": 1, "def": 1, "gdef": 1, "edef": 1, "xdef": 1,
    "newenvironment": 2, "renewenvironment": 2, "DeclarePairedDelimiter": 2, "let": 0,
    "NewDocumentCommand": 2, "RenewDocumentCommand": 2,
}

# --- directives ----------------------------------------------------------------------------------
# "%!" alone is not enough: editors write "%!TEX root = ..".
DIRECTIVE_WORDS = ("let", "assume", "where", "with", "given")

# --- limits --------------------------------------------------------------------------------------
MAX_CHARACTERS = 5_000_000   # of text; a book of 1,000 pages has 3
MAX_BYTES = 20_000_000       # of a file
MAX_NOTEBOOK = 200_000_000   # bytes: most of a large notebook is pictures
MAX_DEFINITIONS = 2_000
MAX_DEFINITION = 10_000      # characters of one
MAX_NOTES = 100              # a thousand unclosed dollars are one complaint

# --- notes ---------------------------------------------------------------------------------------
NOTES: Mapping[str, str] = {
    "binary":      "not a text: nothing was read",
    "characters":  "characters that no text has were read as blanks",
    "definition":  "a macro's definition could not be read",
    "directive":   "a declaration that was not obeyed",
    "empty":       "there is nothing in it",
    "encoding":    "not UTF-8; the encoding named was assumed",
    "input":       "a file that is read by this one was not followed",
    "notebook":    "not a notebook, or a cell without a source",
    "notes":       "more of the same was left out",
    "too-long":    "longer than the limit: the rest was skipped",
    "unclosed":    "a formula or block that is never closed, skipped up to the next paragraph",
    "unopened":    "an end without a beginning",
}
