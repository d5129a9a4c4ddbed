"""A page as typst source and as PDF, without TeX.

The typst package (extra `pdf`) brings its fonts.  It compiles in a folder that holds nothing but
parts of pages: a page can neither read files nor load anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from tempfile import TemporaryDirectory
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
from derive.render.dense import GAP, SMALL, dense, led, said_em
from derive.render.escape import typst as escaped
from derive.render.escape import typst_string as string
from derive.render.marks import reason
from derive.render.math import parse
from derive.render.math.layout import Row
from derive.render.math.lines import lines as lines_of
from derive.render.math.typst import math
from derive.render.math.width import after_commas, em, narrowed, pieces
from derive.render.svg import svg

MISSING = "a PDF needs the typst package: pip install 'derive-check[pdf]'"
SCHEMES = ("http://", "https://", "mailto:")
COMMA = "#h(0.17em, weak: true)"  # after a comma a line may end
NARROW = 46.0  # em of a line, beyond which its fractions are cut
WIDE = 26.0  # em of a piece that may be too wide for its line
EVERYWHERE = 0x52F  # below it are letters that the fonts inside typst have
NOTHING = "\U0010fffd"  # a character without meaning, which no font has
SHORT = 60  # characters of a block that is no file of its own
_NUMBERING = {"1": "1.", "a": "(a)", "i": "(i)"}


class Known(NamedTuple):
    """Blocks of the pages so far, in typst's language.

    ``folder``: where each block is a file of its own, "" where blocks stand in the page.  typst
    keeps the layout of what has not moved within its file, and lays out the rest anew.
    """

    texts: dict[Block, str]
    functions: str
    folder: str = ""

    def text(self, block: Block) -> str:
        if block not in self.texts:
            self.texts[block] = self._stored(_block(block, self))
        return self.texts[block]

    def _stored(self, text: str) -> str:
        if not self.folder or len(text) < SHORT:
            return text
        name = self._file(f'#import "{self._file(self.functions)}": *\n{text}\n')
        return f'#include "{name}"'

    def _file(self, text: str) -> str:
        name = f"{sha256(text.encode()).hexdigest()[:32]}.typ"
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return name


class NoTypst(Exception):
    """The typst package is not installed; the message says how to get it."""


def pdf(page: Page) -> bytes:
    """The page as PDF (A4), fonts inside.

    Raises NoTypst where the typst package is missing.
    """
    with Press() as press:
        return press.pdf(page)


class Press:
    """Makes PDFs, one after the other; what the pages have in common is laid out once.

    ``lacking``: characters of the pages so far that no font here has.  Raises NoTypst where the
    typst package is missing.
    """

    def __init__(self) -> None:
        try:
            from typst import Compiler
        except ImportError:
            raise NoTypst(MISSING) from None
        self.folder = TemporaryDirectory()
        self.compiler = Compiler(root=self.folder.name)
        self.known = {d: Known({}, _functions(d), self.folder.name) for d in (False, True)}
        self.looked_at = set[str]()
        self.lacking = set[str]()

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()

    def pdf(self, page: Page) -> bytes:
        text = _source(page, self.known[page.dense])
        made = self.compiler.compile(input=text.encode(), format="pdf")
        assert isinstance(made, bytes)  # one document, one file
        self._look_at({c for c in text if ord(c) > EVERYWHERE and c.isalpha()})
        return made

    def _look_at(self, letters: set[str]) -> None:
        """Letters of titles and names, which stand in the page itself."""
        for letter in sorted(letters - self.looked_at):
            self.looked_at.add(letter)
            if self._drawn(letter) == self._drawn(NOTHING):
                self.lacking.add(letter)

    def _drawn(self, letter: str) -> list[str]:
        """The shapes that a letter is drawn with."""
        text = f"{_read('preamble.typ')}\n#{string(letter)}"
        made = self.compiler.compile(input=f"{_functions(False)}\n{text}".encode(), format="svg")
        picture = made[0] if isinstance(made, list) else made
        assert picture is not None
        return re.findall(r'<symbol id="[^"]*".*?</symbol>', picture.decode(), re.DOTALL)


def _read(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


def _functions(dense: bool) -> str:
    return f"#let dense = {str(dense).lower()}\n{_read('functions.typ')}"


def source(page: Page) -> str:
    """The page in typst's language, complete."""
    return _source(page, Known({}, _functions(page.dense)))


def _source(page: Page, known: Known) -> str:
    title = f'#block(text(size: 17pt, weight: "bold", {string(page.title)}))\n' * bool(page.title)
    under = "".join(f"#block(above: 0.6em, {string(words)})\n" for words in page.under)
    blocks = dense(page.blocks) if page.dense else page.blocks
    return (
        f"{known.functions}\n{_read('preamble.typ')}\n"
        f"#set document(title: {string(page.title)}, date: none)\n"
        f"#set text(lang: {string(page.language)})\n\n{title}{under}\n" + _fragment(blocks, known)
    )


def fragment(blocks: Iterable[Block]) -> str:
    """Blocks in markup; they use what stands in functions.typ."""
    return _fragment(blocks, Known({}, ""))


def _fragment(blocks: Iterable[Block], known: Known) -> str:
    return "\n\n".join(_blocks(blocks, known)) + "\n"


def _blocks(blocks: Iterable[Block], known: Known) -> Iterator[str]:
    """Words that lead to a display stay on its page; to one short line, in its line."""
    all_blocks = list(blocks)
    while all_blocks:
        block, *all_blocks = all_blocks
        after = all_blocks[0] if all_blocks else None
        line = led(block, after)
        if line is not None and isinstance(block, Paragraph):
            yield _run_in(block.words, line)
            all_blocks = all_blocks[1:]
            continue
        leads = isinstance(block, Paragraph) and _leads(block.words, after)
        text = known.text(block)
        yield f"#block(sticky: true)[{text}]" if leads else text


def _leads(words: Words, after: Block | None) -> bool:
    last = words[-1] if words else ""
    promises = isinstance(last, str) and last.endswith(":")
    return promises or isinstance(after, (Display, Derivation))


def _run_in(words: Words, line: Line) -> str:
    formula = Row((*parse(line.left).parts, *parse(line.relation).parts, *parse(line.right).parts))
    said = f"[{_words(reason(line))}]" if reason(line) else "none"
    return f"#run-in([{_words(words)}], {_display(formula)}, {said})"


def _block(block: Block, known: Known) -> str:
    match block:
        case Heading(words, level):
            return f"#heading(level: {level}, [{_words(words)}])"
        case Paragraph(words):
            return f"#par[{_words(words)}]"
        case Display(latex):
            lines = lines_of(latex)
            return _derivation(lines) if lines else f"#shown({_display(parse(latex))})"
        case Derivation(lines):
            return _derivation(lines) if lines else ""
        case Items():
            return _items(block, known)
        case Table(head, rows):
            return _table(head, rows)
        case Figure(picture, words):
            return f"#picture({string(svg(picture))})[{_words(words)}]"
        case Note(kind, inside):
            return f"#note({string(kind)})[\n{_fragment(inside, known)}]"
        case Space(height):
            return f"#v({height:g}cm)"
        case Break():
            return "#pagebreak(weak: true)"


def _display(layout: Row) -> str:
    """Large as in a display, but in a line of text, which typst breaks where it is too long."""
    return f"$display({math(layout)})$"


def _derivation(lines: Sequence[Line]) -> str:
    return "#derivation(\n" + "".join(f"  {_line(line)},\n" for line in lines) + ")"


def _line(line: Line) -> str:
    left = _display(parse(line.left)) if line.left else "[]"
    right = narrowed(Row((*parse(line.relation).parts, *parse(line.right).parts)), NARROW)
    rigid = max(pieces(right), key=em)
    said = f"[{_words(reason(line))}]" if reason(line) else "none"
    held = _display(rigid) if em(rigid) > WIDE else "none"
    guess = em(right) + GAP + SMALL * said_em(reason(line))
    return f'({left}, $display("" {math(right)})$, {said}, {held}, {guess:.3g}em)'


def _items(items: Items, known: Known, led: str = "") -> str:
    """``led``: the number of the list around, which stands before this list's first."""
    if not items.numbered:
        inside = "".join(f"  [{_fragment(blocks, known)}],\n" for blocks in items.items)
        return f"#list(tight: false,\n{inside})"
    pattern = string(_NUMBERING[items.numbered])
    inside, hidden = "", list[int]()
    for n, blocks in enumerate(items.items, items.start):
        head, rest = "", blocks
        if blocks and isinstance(blocks[0], Items) and _opens_tall(blocks[0]):
            hidden.append(n)
            head = _items(blocks[0], known, f"numbering({pattern}, {n})") + "\n\n"
            rest = blocks[1:]
        inside += f"  [{head}{_fragment(rest, known)}],\n"
    numbers = f"numbering({pattern}, n)"
    if hidden:
        numbers = (
            f"if n in ({', '.join(map(str, hidden))},) {{ hide({numbers}) }} else {{ {numbers} }}"
        )
    if led:
        numbers = f"if n == {items.start} {{ lead({led}) }} + {{ {numbers} }}"
    how = f"n => {numbers}" if led or hidden else pattern
    return f"#enum(tight: false, numbering: {how}, start: {items.start},\n{inside})"


def _opens_tall(items: Items) -> bool:
    """A list whose first line is a formula: the number around it would stand at its top."""
    first = items.items[0] if items.numbered and items.items else ()
    return bool(first) and isinstance(first[0], (Display, Derivation))


def _table(head: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    top = ", ".join(f"[{_words(cell)}]" for cell in head)
    body = "".join("  " + "".join(f"[{_words(cell)}], " for cell in row) + "\n" for row in rows)
    options = f"columns: {len(head)}, stroke: (x, y) => (bottom: 0.5pt + luma(70%)), inset: 5pt"
    return f"#table({options},\n  table.header({top}),\n{body})"


def _words(words: Words) -> str:
    return "".join(map(_inline, words))


def _inline(part: Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case Formula(latex):
            return COMMA.join(f"${math(part)}$" for part in after_commas(parse(latex)))
        case Emphasis(words, strong):
            return f"#{'strong' if strong else 'emph'}({string(words)});"
        case Code(words):
            return f"#raw({string(words)});"
        case Link(words, target):
            if not target.lower().startswith(SCHEMES):
                return escaped(words)
            return f"#link({string(target)}, {string(words)});"
