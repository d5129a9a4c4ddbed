r"""Prose with LaTeX in it, made readable on a terminal: ``$\frac{\partial p_j}{\partial x_i}$``
becomes ∂pⱼ/∂xᵢ.

Display only, for text that nobody checks (statements, solutions): it never fails and never
claims to understand.  Formulas that are checked are read into Terms and printed from those.
"""

from __future__ import annotations

import re
import unicodedata

from derive.term.text import ACCENTS, GREEK, lowered, raised

UNBROKEN = 24  # characters of a formula that a line end does not cut
MAX_DEPTH = 40  # of braces; deeper is shown as it stands

# fmt: off
SYMBOLS = {
    "in": "∈", "notin": "∉", "to": "→", "rightarrow": "→", "mapsto": "↦", "Rightarrow": "⇒",
    "implies": "⇒", "iff": "⇔", "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "ge": "≥",
    "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "propto": "∝", "sim": "~", "equiv": "≡",
    "sum": "Σ", "prod": "Π", "int": "∫", "partial": "∂", "dots": "…", "ldots": "…", "cdots": "…",
    "vdots": "⋮", "ddots": "⋱", "forall": "∀", "exists": "∃", "mid": "|", "vert": "|", "lvert": "|",
    "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "top": "ᵀ", "odot": "⊙", "circ": "∘",
    "ast": "∗", "star": "⋆", "pm": "±", "setminus": "∖", "subset": "⊂", "cup": "∪", "cap": "∩",
    "langle": "⟨", "rangle": "⟩", "prime": "′", "quad": "  ", "qquad": "  ", "colon": ":",
    "coloneqq": ":=", "lbrace": "{", "rbrace": "}", "mathbb R": "ℝ", "ell": "ℓ",
}
BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "E": "𝔼", "P": "ℙ", "1": "𝟙"}
FONTS = frozenset({
    "mathbf", "boldsymbol", "bm", "mathrm", "mathcal", "mathit", "mathsf", "operatorname", "text",
    "textbf", "textit", "mathbin", "mathop", "textrm", "emph", "vec"})
DROPPED = frozenset({
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle",
    "limits", "nolimits", "tfrac", "nonumber", "notag"})
SPACES = frozenset(",;:! ")
RELATIONS = "=<>≤≥≠≈∝≡∈→⇒⇔"
# fmt: on

# What stands in a script or a matrix keeps its own spacing: it is guarded until the end.
_GUARDED = str.maketrans("+−=< ", "\ue000\ue001\ue002\ue003\ue004")
_UNGUARDED = str.maketrans("\ue000\ue001\ue002\ue003\ue004", "+−=< ")
_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.DOTALL)
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?[ \t\n]*|\\(.)|\s+|.", re.DOTALL)


def formula(latex: str) -> str:
    r"""LaTeX math on one line, as far as it is understood; the rest stays as written.

    >>> print(formula(r"\mathbf{x} \in \mathbb{R}^d, \quad \sum_{k=1}^d \exp(x_k)"))
    x ∈ ℝᵈ, Σₖ₌₁ᵈ exp(xₖ)
    """
    tokens = [f"\\{match[1]}" if match[1] else match[0] for match in _TOKEN.finditer(latex)]
    out, _ = _sequence(tokens, 0, 0, "")
    return _spaced(out).translate(_UNGUARDED)


def paragraphs(markdown: str) -> list[tuple[str, str]]:
    """Blocks of a Markdown text: ("text" | "display" | "item" | "heading", readable line)."""
    blocks = list[tuple[str, str]]()
    for chunk in re.split(r"\n[ \t]*\n", markdown.strip()):
        kind, words = "text", list[str]()
        for part in _pieces(chunk):
            if part[0] == "display":
                _close(blocks, kind, words)
                blocks.extend(("display", line) for line in part[1].split("\n") if line.strip())
                kind, words = "text", []
                continue
            for line in part[1].split("\n"):
                heading = re.match(r"#+\s+", line)
                item = re.match(r"\s*(?:[-*]|\(\w+\)|\d+\.)\s+", line)
                if heading or item:
                    _close(blocks, kind, words)
                    kind, words = ("heading" if heading else "item"), []
                words.append(line[heading.end() :] if heading else line)
                if heading:
                    _close(blocks, kind, words)
                    kind, words = "text", []
        _close(blocks, kind, words)
    return blocks


def _pieces(chunk: str) -> list[tuple[str, str]]:
    """Runs of text with their inline formulas, and displays, in order."""
    pieces, text, position = list[tuple[str, str]](), "", 0
    for match in _MATH.finditer(chunk):
        text += _unmarked(chunk[position : match.start()])
        position = match.end()
        display = match[1] or match[3]
        if display is None:
            inline = formula(match[2] or match[4]).replace("\n", " ")
            text += inline.replace(" ", "\xa0") if len(inline) <= UNBROKEN else inline
        else:
            pieces += [("text", text), ("display", formula(display))]
            text = ""
    return [*pieces, ("text", text + _unmarked(chunk[position:]))]


def _close(blocks: list[tuple[str, str]], kind: str, words: list[str]) -> None:
    line = re.sub(r"[ \t\n]+", " ", " ".join(words)).strip()
    if line:
        blocks.append((kind, line))


def _unmarked(text: str) -> str:
    """Markdown without the marks of emphasis and code."""
    return re.sub(r"(\*\*|\*|`)(?=[^\s*])([^*]+?)\1", r"\2", text)


# --- LaTeX -------------------------------------------------------------------------------------


def _sequence(tokens: list[str], position: int, depth: int, end: str) -> tuple[str, int]:
    """The text up to the token ``end`` (not included), and where that is."""
    out = ""
    while position < len(tokens) and tokens[position] != end:
        piece, position = _unit(tokens, position, depth, out)
        out += piece
    return out, position


def _unit(tokens: list[str], position: int, depth: int, before: str) -> tuple[str, int]:
    """The text of one token with its arguments, and where it ends."""
    token = tokens[position]
    position += 1
    if depth > MAX_DEPTH:
        return token, position
    if token == "{":
        inside, position = _sequence(tokens, position, depth + 1, "}")
        return inside, position + 1
    if token in "_^":
        return _script(tokens, position, depth, token)
    if token.startswith("\\") and len(token) > 1:
        word = token[1:].strip().rstrip("*")
        if word.isalpha():
            return _command(word, tokens, position, depth, before)
        return {"\\": "\n", "{": "{", "}": "}", "|": "‖"}.get(token[1], " "), position
    if token.isspace() or token == "~":
        return " ", position
    return {"-": "−", "&": "\t", "'": "′", "*": "∗"}.get(token, token), position


def _argument(tokens: list[str], position: int, depth: int) -> tuple[str, int]:
    while position < len(tokens) and tokens[position].isspace():
        position += 1
    return _unit(tokens, position, depth, "") if position < len(tokens) else ("", position)


def _script(tokens: list[str], position: int, depth: int, mark: str) -> tuple[str, int]:
    plain, position = _argument(tokens, position, depth + 1)
    tight = _spaced(plain).replace(" ", "")
    if tight in ("ᵀ", "′", "∗"):
        return tight, position
    tight = tight.translate(_UNGUARDED)
    shifted = lowered(tight) if mark == "_" else raised(tight)
    if shifted is not None:
        return shifted, position
    tight = tight.translate(_GUARDED)
    return mark + (tight if len(tight) == 1 else f"({tight})"), position


def _command(
    word: str, tokens: list[str], position: int, depth: int, before: str
) -> tuple[str, int]:
    if word in ("frac", "dfrac", "tfrac"):
        above, position = _argument(tokens, position, depth + 1)
        below, position = _argument(tokens, position, depth + 1)
        dot = " · " if before.rstrip()[-1:].isdigit() else ""
        more = " · " if above != "∂" and _starts_factor(tokens, position) else ""
        return f"{dot}{_grouped(above)}/{_grouped(below)}{more}", position
    if word == "sqrt":
        inside, position = _argument(tokens, position, depth + 1)
        return f"√{inside}" if len(inside) == 1 else f"√({inside})", position
    if word == "mathbb":
        letter, position = _argument(tokens, position, depth + 1)
        return BLACKBOARD.get(letter, letter), position
    if word in ACCENTS and word != "vec":
        inside, position = _argument(tokens, position, depth + 1)
        return unicodedata.normalize("NFC", inside + ACCENTS[word]), position
    if word in FONTS:
        inside, position = _argument(tokens, position, depth + 1)
        return (inside if word.startswith("math") else inside.replace("−", "-")), position
    if word == "begin":
        name, position = _argument(tokens, position, depth + 1)
        inside, position = _sequence(tokens, position, depth + 1, "\\end")
        _, position = _argument(tokens, position + 1, depth + 1)
        return _environment(name, inside), position
    if word in DROPPED:
        if position < len(tokens) and tokens[position] == ".":
            position += 1
        return "", position
    if word in GREEK or word in SYMBOLS:
        return GREEK.get(word) or SYMBOLS[word], position
    gap = " " if before and (before[-1].isalnum() or before[-1] == ")") else ""
    after = tokens[position] if position < len(tokens) else ""
    tight = not after or after in "(_^)}],." or after[1:] in DROPPED
    return gap + word + ("" if tight else " "), position


def _environment(name: str, inside: str) -> str:
    rows = [row.strip() for row in inside.strip().split("\n")]
    if name.endswith("matrix"):
        cells = [[_spaced(cell) for cell in row.split("\t")] for row in rows]
        return "[" + "; ".join("  ".join(row) for row in cells).translate(_GUARDED) + "]"
    if name == "cases":
        return "{" + "; ".join(row.replace("\t", " ") for row in rows) + "}"
    return "\n".join(row.replace("\t\t", "   ".translate(_GUARDED)) for row in rows)


def _starts_factor(tokens: list[str], position: int) -> bool:
    """A fraction before this must be set apart: a letter, a number or a function comes."""
    while position < len(tokens) and tokens[position].isspace():
        position += 1
    token = tokens[position] if position < len(tokens) else ""
    word = token[1:]
    return token.isalnum() or (word.isalpha() and word not in SYMBOLS and word not in DROPPED)


def _grouped(side: str) -> str:
    """A side of a fraction, bracketed unless it holds together."""
    side, depth = _spaced(side), 0
    for n, character in enumerate(side):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and (character in " +·/=" or (character == "−" and n)):
            return f"({side})"
    return side


def _spaced(text: str) -> str:
    """Even spaces: one around relations and around + and − between two operands."""
    text = re.sub(r"[ \t]*([·×⊙])[ \t]*", r" \1 ", text)
    text = re.sub(rf"[ \t]*([{RELATIONS}])[ \t]*", r" \1 ", text).replace(": =", ":=")
    text = re.sub(r"(?<=[^\s(\[{,+−·=<>/^_])[ \t]*([+−])[ \t]*(?=\S)", r" \1 ", text)
    text = re.sub(r"(?<=[(\[{,])[ \t]*−[ \t]*", "−", text)
    text = re.sub(r"[ \t]+([,.;)\]])", r"\1", re.sub(r"([(\[])[ \t]+", r"\1", text))
    return re.sub(r"[ \t]+", " ", re.sub(r" *\n *", "\n", text)).strip()
