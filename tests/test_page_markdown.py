"""Markdown with formulas as blocks, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.page import (
    Block,
    Code,
    Display,
    Emphasis,
    Formula,
    Heading,
    Items,
    Link,
    Note,
    Paragraph,
    Table,
)
from derive.page.markdown import blocks, words
from derive.render.markdown import fragment


def text(*parts: object) -> Paragraph:
    return Paragraph(parts)  # type: ignore[arg-type]  # the rows below are right


# fmt: off
ROWS: list[tuple[str, tuple[Block, ...]]] = [
    ("Let $x$ be *a* **b** `c`.",  (text("Let ", Formula("x"), " be ", Emphasis("a"), " ",
                                         Emphasis("b", True), " ", Code("c"), "."),)),
    ("so\n$$a = b$$ and",          (text("so"), Display("a = b"), text("and"))),
    ("$$\na\n$$",                  (Display("a"),)),
    ("costs 5$ and 6$",            (text("costs 5$ and 6$"),)),
    (r"costs \$5 and \$6",         (text("costs $5 and $6"),)),
    ("# T\n## U",                  (Heading(("T",), 1), Heading(("U",), 2))),
    ("3. a\n4. b",                 (Items(((text("a"),), (text("b"),)), "1", 3),)),
    ("0. a",                       (Items(((text("a"),),), "1", 0),)),
    ("- a\n\n  $$\n  x\n  $$",     (Items(((text("a"), Display("x")),)),)),
    ("> q",                        (Note("quote", (text("q"),)),)),
    ("| a |\n|---|\n| $x$ |",      (Table((("a",),), (((Formula("x"),),),)),)),
    ("[a](https://b.c)",           (text(Link("a", "https://b.c")),)),
    ("[a](javascript:alert(1))",   (text("[a](javascript:alert(1))"),)),
    ("<b>x</b> &amp; ![y](z.png)", (text("<b>x</b> & y"),)),
    ("<script>\nx\n</script>",     (text("<script> x </script>"),)),
    ("```\na\nb\n```",             (text(Code("a\nb")),)),
    ("**Hint.** one\ntwo",         (text(Emphasis("Hint.", True), " one two"),)),
    ("",                           ()),
]
# fmt: on


@pytest.mark.parametrize(("written", "expected"), ROWS, ids=[written for written, _ in ROWS])
def test_blocks(written: str, expected: tuple[Block, ...]) -> None:
    assert blocks(written) == expected


@pytest.mark.parametrize("row", [r for r in ROWS if "`" not in r[0]], ids=lambda row: row[0])
def test_what_is_written_reads_back(row: tuple[str, tuple[Block, ...]]) -> None:
    def shifted(block: Block) -> Block:  # headings stand below the page's title
        return block._replace(level=block.level + 1) if isinstance(block, Heading) else block

    assert blocks(fragment(row[1])) == tuple(map(shifted, row[1]))


@given(st.text(max_size=80))
def test_any_text_is_blocks(written: str) -> None:
    blocks(written)
    words(written)


def test_deep_lists_end() -> None:
    blocks("> " * 500 + "- " * 500 + "x")
