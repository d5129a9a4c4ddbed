r"""A page as LaTeX: a document that compiles by itself, or blocks for one's own.

It needs amsmath and amssymb, and tikz where there are pictures; with pdflatex, lualatex or xelatex.
Long lines of formulas are broken by an estimate of their width, reasons stand at the right margin
(`\tag*`: amsmath moves a reason below its line where there is no room beside it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from derive.page import (
    Block,
    Break,
    Code,
    Derivation,
    Display,
    Emphasis,
    Figure,
    Formula,
    Heading,
    Inline,
    Items,
    Line,
    Link,
    Note,
    Page,
    Paragraph,
    Space,
    Table,
    Words,
)
from derive.render.dense import dense, led
from derive.render.escape import latex as escaped
from derive.render.latex.tikz import COLOURS, tikz
from derive.render.marks import reason
from derive.render.math import parse
from derive.render.math.layout import Row
from derive.render.math.lines import lines as lines_of
from derive.render.math.tex import tex
from derive.render.math.width import HANG, after_commas, broken, em, narrowed

RELATION = 1.4  # em of a relation with its spaces
SMALLEST = 1.2  # times that a formula may be too wide: footnotesize; beyond, fractions are cut
EMPTY = "{}"  # a formula without signs: $$ would begin a display
NESTED = 2.5  # em that a list takes from it


class Room(NamedTuple):
    """``line``: em of a line of formulas.  ``shared``: words and the short line that they lead to
    stand in one line."""

    line: float
    shared: bool = False

    def inside(self) -> Room:
        """In a list."""
        return self._replace(line=self.line - NESTED)


ANY = Room(39.0)  # in a document of which we know no more than that it is A4
AIRY, FULL = Room(45.5), Room(52.0, shared=True)  # with the margins below, at 10 and at 9 points

PREAMBLE = r"""\documentclass[10pt,a4paper,fleqn]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[T1]{fontenc}
  \usepackage{textcomp,lmodern,microtype}
\fi
\usepackage{amsmath,amssymb}
\usepackage{enumitem,booktabs}
\usepackage[hidelinks]{hyperref}
\setlength{\mathindent}{1.5em}
\setlength{\parindent}{0pt}
\setlength{\emergencystretch}{4em}
\setlength{\lineskip}{3pt}\setlength{\lineskiplimit}{2pt}
\allowdisplaybreaks[2]
"""
WIDE = r"""\usepackage[hmargin=2cm,top=1.8cm,bottom=2cm]{geometry}
\setlength{\parskip}{0.5\baselineskip}
\setlist{itemsep=0.2\baselineskip, topsep=0.2\baselineskip, parsep=0.2\baselineskip}
\setlength{\jot}{5pt}
"""
NARROW = r"""\usepackage[hmargin=1.6cm,top=1.1cm,bottom=1cm,includefoot,footskip=0.7cm]{geometry}
\setlength{\parskip}{0.1\baselineskip}
\setlist{itemsep=0.1\baselineskip, topsep=0pt, parsep=0.1\baselineskip}
\setlength{\jot}{0pt}\renewcommand\arraystretch{0.88}
\makeatletter
\def\maketag@@@#1{\hbox{\m@th\normalfont\footnotesize#1}}
\renewcommand\section{\@startsection{section}{1}{0pt}{1.2ex}{0.3ex}{\normalfont\large\bfseries}}
\makeatother
\AtBeginDocument{\small\setlength{\lineskip}{1.5pt}\setlength{\lineskiplimit}{0pt}%
  \setlength{\abovedisplayskip}{2pt}\setlength{\belowdisplayskip}{2pt}
  \setlength{\abovedisplayshortskip}{2pt}\setlength{\belowdisplayshortskip}{2pt}}
"""
GERMAN = r"\IfFileExists{ngerman.ldf}{\usepackage[ngerman]{babel}}{}" + "\n"


def document(page: Page) -> str:
    """A document that compiles without warnings about lines that are too wide."""
    title = r"{\Large\bfseries " + escaped(page.title) + r"\par}" if page.title else ""
    under = "".join(f"{escaped(words)}\\par\n" for words in page.under)
    parts = [
        PREAMBLE + (NARROW if page.dense else WIDE) + (GERMAN if page.language == "de" else ""),
        f"\\usepackage{{tikz}}\n{COLOURS}" if _has_figure(page.blocks) else "",
        rf"\hypersetup{{pdftitle={{{escaped(page.title)}}}}}",
        r"\begin{document}",
        title,
        under,
        _blocks(dense(page.blocks), FULL) if page.dense else _blocks(page.blocks, AIRY),
        r"\end{document}",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _has_figure(blocks: Iterable[Block]) -> bool:
    for block in blocks:
        match block:
            case Figure():
                return True
            case Items(items) if any(map(_has_figure, items)):
                return True
            case Note(_, inside) if _has_figure(inside):
                return True
    return False


def fragment(blocks: Iterable[Block]) -> str:
    """Blocks for a document of one's own, which loads amsmath and amssymb (pictures: tikz and the
    colours of ``derive.render.latex.tikz``)."""
    return _blocks(blocks, ANY)


def _blocks(blocks: Iterable[Block], room: Room) -> str:
    """A blank line between blocks, none before a display: it belongs to the words above it."""
    out, words, above = "", False, None
    for block in blocks:
        line = led(above, block) if room.shared and above is not None else None
        text = _run_in(line) if line is not None else _block(block, room)
        joined = words and isinstance(block, (Display, Derivation))
        out += ("\n" if joined else "\n\n" if out and text else "") + text
        words, above = isinstance(block, Paragraph), block
    return out


def _run_in(line: Line) -> str:
    formula = " ".join(tex(parse(part)) for part in (line.left, line.relation, line.right))
    said = reason(line)
    return rf"\quad $\displaystyle {formula}$" + (
        rf" \hfill {{\footnotesize ({_words(said)})}}" if said else ""
    )


def _block(block: Block, room: Room) -> str:
    match block:
        case Heading(words, level):
            return rf"\{_HEADINGS[min(level, 3)]}*{{{_words(words)}}}"
        case Paragraph(words):
            return _words(words)
        case Display(latex):
            return _display(latex, room.line)
        case Derivation(lines):
            return _derivation(lines, room.line) if lines else ""
        case Items():
            return _items(block, room)
        case Table(head, rows):
            return _table(head, rows)
        case Figure(picture, words):
            return f"\\begin{{center}}\n{tikz(picture)}\n\n{_words(words)}\n\\end{{center}}"
        case Note(_, blocks):
            inside = _blocks(blocks, room.inside())
            return f"\\begin{{quote}}\n{inside}\n\\end{{quote}}"
        case Space(height):
            return rf"\vspace{{{height:g}cm}}"
        case Break():
            return r"\newpage"


_HEADINGS = {1: "section", 2: "subsection", 3: "subsubsection"}


# --- formulas -----------------------------------------------------------------------------------


def _display(latex: str, room: float) -> str:
    lines = lines_of(latex)
    if lines is not None:
        return _derivation(lines, room)
    layout = parse(latex)
    if em(layout) <= room:
        return f"\\[\n{tex(layout) or EMPTY}\n\\]"
    rows = [tex(part) for part in broken(layout, room, room - HANG)]
    return _environment("aligned", [f"&{rows[0]}", *(rf"&\quad {row}" for row in rows[1:])])


def _derivation(lines: Sequence[Line], room: float) -> str:
    left = max((em(parse(line.left)) for line in lines), default=0.0)
    rights = [_pieces(line.right, room - left - RELATION) for line in lines]
    widest = max((em(piece) for right in rights for piece in right), default=0.0)
    if left > room / 3 or left + RELATION + widest > room:
        rows = [row for line in lines for row in _hung(line, room)]
        return _small(_environment("align*", rows), (widest + RELATION + 1) / room)
    rows = [row for line, right in zip(lines, rights, strict=True)
            for row in _rows(tex(parse(line.left)), line, right)]  # fmt: skip
    return _environment("align*", rows)


def _small(display: str, times: float) -> str:
    """In smaller type, where a fraction is so many times too wide."""
    size = next((name for name, most in _SIZES if times <= most), "footnotesize")
    return f"{{\\{size}\n{display}}}" if size else display


_SIZES = (("", 1.0), ("small", 1.09))


def _pieces(latex: str, room: float) -> list[Row]:
    return broken(parse(latex), room, room - HANG)


def _hung(line: Line, room: float) -> Iterator[str]:
    """The left side on a line of its own, the relation below it."""
    if line.left:
        first, *more = map(tex, _pieces(line.left, room))
        yield f"&{first}"
        yield from (rf"&\quad {piece}" for piece in more)
    if line.right:
        rest = room - RELATION - 1
        right = [narrowed(piece, SMALLEST * rest) for piece in _pieces(line.right, rest)]
        rows = _rows("", line, right)
        yield from (row.replace("&", r"&\quad ", 1) for row in rows)


def _rows(left: str, line: Line, right: Sequence[Row]) -> list[str]:
    first, *more = map(tex, right)
    rows = [f"{left} &{tex(parse(line.relation))} {first}".strip()]
    rows += [rf"&\qquad {piece}" for piece in more]
    if said := reason(line):
        rows[-1] += rf" \tag*{{({_words(said)})}}"
    return rows


def _environment(name: str, rows: Sequence[str]) -> str:
    inside = " \\\\\n".join(rows)
    text = f"\\begin{{{name}}}\n{inside}\n\\end{{{name}}}"
    return text if name.endswith("*") else f"\\[\n{text}\n\\]"


# --- text ---------------------------------------------------------------------------------------


def _items(items: Items, room: Room) -> str:
    name = "enumerate" if items.numbered else "itemize"
    label = {"1": r"\arabic*.", "a": r"(\alph*)", "i": r"(\roman*)"}.get(items.numbered, "")
    options = f"[label={label}, start={items.start}]" if label else ""
    inside = "\n".join(f"{_item(blocks)}{_blocks(blocks, room.inside())}" for blocks in items.items)
    return f"\\begin{{{name}}}{options}\n{inside}\n\\end{{{name}}}"


def _item(blocks: Sequence[Block]) -> str:
    """A display that opens an item stands beside its number, not below it."""
    if blocks and isinstance(blocks[0], (Display, Derivation)):
        return r"\item \mbox{}\vspace{-\dimexpr\baselineskip+\abovedisplayskip\relax}" + "\n"
    return r"\item "


def _table(head: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    body = " \\\\\n".join(" & ".join(map(_words, row)) for row in rows)
    top = " & ".join(map(_words, head))
    columns = "l" * len(head)
    return (
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{top} \\\\\n\\midrule\n{body} \\\\\n"
        "\\bottomrule\n\\end{tabular}"
    )


def _words(words: Words) -> str:
    return "".join(map(_inline, words))


def _inline(part: Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case Formula(latex):
            return f"${_running(parse(latex))}$"
        case Emphasis(words, strong):
            return rf"\{'textbf' if strong else 'emph'}{{{escaped(words)}}}"
        case Code(words):
            rows = [rf"\texttt{{{escaped(row)}}}" for row in words.split("\n")]
            return r"\\ ".join(rows)
        case Link(words, target):
            return rf"\href{{{_target(target)}}}{{{escaped(words)}}}"


def _running(formula: Row) -> str:
    """A formula in running text: a long list in it may be broken after each comma, a matrix is
    small."""
    text = r" \allowbreak ".join(map(tex, after_commas(formula))) or EMPTY
    for there, here in _SMALLER.items():
        text = text.replace(there, here)
    return text


_SMALLER = {
    r"\begin{pmatrix}": r"\left( \begin{smallmatrix}",
    r"\end{pmatrix}": r"\end{smallmatrix} \right)",
}


def _target(target: str) -> str:
    """A link's address: what means something to TeX is escaped or written as its number."""
    return "".join(
        _ADDRESS.get(c) or (c if c.isascii() and c.isalnum() else "".join(_numbered(c)))
        for c in target
    )


_ADDRESS = {**{c: c for c in "/:.?=@!*+,;()-"}, **{c: f"\\{c}" for c in "%#&_"}}


def _numbered(character: str) -> Iterator[str]:
    return (rf"\%{byte:02X}" for byte in character.encode("utf-8", "replace"))
