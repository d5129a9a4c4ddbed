r"""Scanning LaTeX: a table of what is found, and agreement with pylatexenc on whole documents."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latexwalker import (
    LatexEnvironmentNode,
    LatexMathNode,
    LatexNode,
    LatexWalker,
)

from derive.read.document import Document, read_document


def formulas(document: Document) -> list[tuple[str, str, str]]:
    return [
        (s.kind, s.environment, s.text)
        for s in document.segments
        if s.kind in ("display", "inline")
    ]


def prose(document: Document) -> list[str]:
    return [s.text.strip() for s in document.segments if s.kind == "prose"]


def tex(source: str) -> Document:
    document = read_document(source, "tex")
    at = 0
    for s in document.segments:
        assert document.text[s.span.start : s.span.end] == s.text
        assert at <= s.span.start < s.span.end
        at = s.span.end
    return document


# fmt: off
FOUND = [
    ("a $x$ b",                                   [("inline", "$", "x")]),
    (r"a \(x\) b",                                [("inline", r"\(", "x")]),
    ("$$x$$",                                     [("display", "$$", "x")]),
    (r"\[x\]",                                    [("display", r"\[", "x")]),
    (r"\[x \\[2pt] y\]",                          [("display", r"\[", r"x \\[2pt] y")]),
    ("$a$$b$",                                    [("inline", "$", "a"), ("inline", "$", "b")]),
    (r"\begin{align*}a\end{align*}",              [("display", "align*", "a")]),
    (r"\begin {align} a \end {align}",            [("display", "align", " a ")]),
    (r"\begin{alignat}{2}a&=b\end{alignat}",      [("display", "alignat", "a&=b")]),
    (r"\begin{flalign}a\end{flalign}",            [("display", "flalign", "a")]),
    (r"\begin{eqnarray}a&=&b\end{eqnarray}",      [("display", "eqnarray", "a&=&b")]),
    (r"\begin{gather}a\end{gather}",              [("display", "gather", "a")]),
    (r"\begin{multline}a\end{multline}",          [("display", "multline", "a")]),
    (r"\begin{displaymath}a\end{displaymath}",    [("display", "displaymath", "a")]),
    (r"\begin{math}a\end{math}",                  [("inline", "math", "a")]),
    (r"\begin{IEEEeqnarray}{rCl}a\end{IEEEeqnarray}", [("display", "IEEEeqnarray", "a")]),
    (r"\begin{subequations}\begin{align}a\end{align}\end{subequations}",
     [("display", "align", "a")]),
    (r"\begin{equation}\begin{split}a&=b\end{split}\end{equation}",
     [("display", "equation", r"\begin{split}a&=b\end{split}")]),
    (r"\begin{array}{r@{}c@{\hspace{1pt}}l}a&=&b\end{array}", [("display", "array", "a&=&b")]),
    # the end is written without the star, or with it
    (r"\begin{align*}a\end{align} $b$",
     [("display", "align*", "a"), ("inline", "$", "b")]),
    # what hides
    ("% $x$\n$y$",                                [("inline", "$", "y")]),
    (r"5\% $y$",                                  [("inline", "$", "y")]),
    ("$a % $ b\n c$",                             [("inline", "$", "a % $ b\n c")]),
    ("\\[a % \\]\n b\\]",                         [("display", r"\[", "a % \\]\n b")]),
    ("\\begin{align}a % \\end{align}\n\\end{align}",
     [("display", "align", "a % \\end{align}\n")]),
    (r"\$5 and $x$ and \$6",                      [("inline", "$", "x")]),
    (r"\\$x$",                                    [("inline", "$", "x")]),
    (r"\verb|$a$| $b$ \lstinline{$c$} \verb*+$d$+", [("inline", "$", "b")]),
    (r"\mintinline{python}|$a$| $b$",             [("inline", "$", "b")]),
    (r"\begin{verbatim}$a$\end{verbatim}$b$",     [("inline", "$", "b")]),
    (r"\begin{lstlisting}[language=x]$a$\end{lstlisting}$b$", [("inline", "$", "b")]),
    (r"\begin{comment}$a$\end{comment}$b$",       [("inline", "$", "b")]),
    (r"\iffalse $a$ \fi $b$",                     [("inline", "$", "b")]),
    (r"\url{http://a/%20$b} $c$",                 [("inline", "$", "c")]),
    (r"\begin{document}$a$\end{document}$b$",     [("inline", "$", "a")]),
    (r"\title{$L_2$}\begin{document}$a$",         [("inline", "$", "a")]),
    # dollars within text within a formula
    (r"$a \text{ if $b$ } c$ d",                  [("inline", "$", r"a \text{ if $b$ } c")]),
    (r"$$a \mbox{ if $b$ } c$$ d",                [("display", "$$", r"a \mbox{ if $b$ } c")]),
    (r"\footnote{where $a$ is} $b$",              [("inline", "$", "a"), ("inline", "$", "b")]),
    (r"$a = \$5$",                                [("inline", "$", r"a = \$5")]),
    # an author's own environments
    (r"\def\be{\begin{equation}}\def\ee{\end{equation}} \be a \ee $b$",
     [("display", "equation", " a "), ("inline", "$", "b")]),
    (r"\newcommand{\beq}{\begin{align}} \newcommand\eeq{\end{align}} \beq a \eeq",
     [("display", "align", " a ")]),
    (r"\newenvironment{al}{\begin{align*}}{\end{align*}} \begin{al}a\end{al}",
     [("display", "align*", "a")]),
    # a blank line within a display is no paragraph of prose
    ("$$a\n\n= b$$ $c$",
     [("display", "$$", "a\n\n= b"), ("inline", "$", "c")]),
    # definitions are no formulas
    (r"\newcommand{\R}{$\mathbb{R}$} $\R$",       [("inline", "$", r"\R")]),
    (r"$\newcommand{\R}{\mathbb{R}}$ $\R$",       [("inline", "$", r"\R")]),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), FOUND, ids=[source for source, _ in FOUND])
def test_found(source: str, expected: list[tuple[str, str, str]]) -> None:
    document = tex(source)
    assert formulas(document) == expected
    assert document.notes == ()


# fmt: off
BROKEN = [
    # source, code and text of the note, the formulas that are still found
    ("$x and\n\n$y$",                       "unclosed", "$",                     ["y"]),
    (r"\(x and \(y\)",                      "unclosed", r"\(",                   ["y"]),
    ("$$x = 1\n\n$$ y = 2 $$",              "unclosed", "$$x = 1",               [" y = 2 "]),
    ("$$x\n\nthis is not a formula\n\n$$y$$ $z$", "unclosed", "$$x",             ["y", "z"]),
    ("\\[x\n\n\\[y\\]",                     "unclosed", r"\[x",                  ["y"]),
    ("\\begin{align}x\n\nb $y$",            "unclosed", r"\begin{align}x",       ["y"]),
    ("\\begin{align}x \\begin{align}y\\end{align}", "unclosed", r"\begin{align}x ", ["y"]),
    ("\\begin{verbatim}x\n\n$y$",           "unclosed", r"\begin{verbatim}x",    ["y"]),
    (r"x \end{align} $y$",                  "unopened", r"\end{align}",          ["y"]),
    (r"\newcommand{\a}{x $y$",              "definition", r"\newcommand",        ["y"]),
    (r"\def\a#1.#2{x} $y$",                 "definition", r"\def",               ["y"]),
    (r"\input{other} $y$",                  "input",    r"\input{other}",        ["y"]),
    ("$x$ \\begin{align}\n%! let a = 1\nb\\end{align}", "directive", "%! let a = 1", ["x", None]),
    ("%! a > 0\n$y$",                       "directive", "%! a > 0",             ["y"]),
]
# fmt: on


@pytest.mark.parametrize(("source", "code", "where", "found"), BROKEN)
def test_broken(source: str, code: str, where: str, found: list[str | None]) -> None:
    document = tex(source)
    (note,) = document.notes
    assert note.code == code
    assert document.text[note.span.start : note.span.end] == where
    texts = [text for _, _, text in formulas(document)]
    assert len(texts) == len(found)
    assert all(want in (None, text) for want, text in zip(found, texts, strict=True))


def test_prose_is_split_by_comments_and_formulas() -> None:
    document = tex("\\section{One $x$}\nLet us % not this\nsee \\[a\\] that.")
    assert prose(document) == [r"\section{One", "}\nLet us", "see", "that."]


def test_directives() -> None:
    source = "%! let x > 0 \n%!TEX root = main.tex\n%! refuted\ntext %! assume y < 1\n$x$"
    document = tex(source)
    found = [(s.text, s.environment) for s in document.segments if s.kind == "directive"]
    assert found == [("let x > 0", "%!"), ("assume y < 1", "%!")]
    assert document.place(document.segments[0].span.start) == (1, 4, None)


def test_directives_of_the_preamble_stay() -> None:
    document = tex("%! let x > 0\nwords\n\\begin{document}more\\end{document} after")
    assert [(s.kind, s.text) for s in document.segments] == [
        ("directive", "let x > 0"),
        ("prose", "more"),
    ]


# fmt: off
MACROS = [
    (r"\newcommand{\R}{\mathbb{R}}",                r"\R",    0, [r"\mathbb", "{", "R", "}"]),
    (r"\newcommand*\E[1]{E[#1]}",                   r"\E",    1, ["E", "[", "#", "1", "]"]),
    (r"\renewcommand{\vec}[1]{{#1}}",               r"\vec",  1, ["{", "#", "1", "}"]),
    (r"\providecommand\q{q}",                       r"\q",    0, ["q"]),
    (r"\def\s#1#2{#2}",                             r"\s",    2, ["#", "2"]),
    (r"\gdef\s{t}",                                 r"\s",    0, ["t"]),
    (r"\DeclareMathOperator*{\am}{arg}",            r"\am",   0,
     [r"\operatorname", "{", "a", "r", "g", "}"]),
    (r"\let\eps=\varepsilon",                       r"\eps",  0, [r"\varepsilon"]),
    (r"\let\eps\epsilon",                           r"\eps",  0, [r"\epsilon"]),
    (r"\DeclarePairedDelimiter{\p}{(}{)}",          r"\p",    1, ["(", "#", "1", ")"]),
    (r"\NewDocumentCommand{\k}{m m}{#1}",           r"\k",    2, ["#", "1"]),
    ("\\newcommand{\\x}{a% no\nb}",                 r"\x",    0, ["a", "b"]),
    (r"$\newcommand{\y}{z} \y$",                    r"\y",    0, ["z"]),
    (r"\newcommand{\w}{1}\renewcommand{\w}{2}",     r"\w",    0, ["2"]),
    (r"\newcommand{\N}{\mathbb{N}\xspace}",         r"\N",    0, [r"\mathbb", "{", "N", "}"]),
]
# fmt: on


@pytest.mark.parametrize(("source", "name", "arity", "body"), MACROS)
def test_macros(source: str, name: str, arity: int, body: list[str]) -> None:
    document = tex(source)
    assert document.notes == ()
    assert list(document.macros) == [name]
    macro = document.macros[name]
    assert (macro.arity, [token.text for token in macro.body]) == (arity, body)


def test_definitions_in_comments_are_none() -> None:
    assert tex("% \\newcommand{\\R}{x}\n\\begin{verbatim}\\def\\a{b}\\end{verbatim}").macros == {}


# --- agreement with pylatexenc ---------------------------------------------------------------

WORDS = st.sampled_from(
    ["so", "the loss", r"\emph{hence}", r"5\%", r"\$3", "é ∑", r"\\", "--", r"a\_b", "~", r"\&"]
)
SIGNS = ["x", "=", r"\frac{a}{b}", r"\$", r"\%", "_i", r"\{", r"\}", "^{2}", " ", "\n"]
HIDING = [r"\left[", r"\right)", r"\alpha ", r"\text{ if $z$ }", "% $ hidden \\) \\]\n"]
MATH = (
    st.lists(st.sampled_from(SIGNS + HIDING), min_size=1, max_size=6)
    .map("".join)
    .filter(lambda m: not re.search(r"\n *\n", m))  # in TeX a blank line ends a formula
)
ROWS = st.lists(MATH, min_size=1, max_size=3).map(r" \\ ".join)
NAMES = st.sampled_from(
    ["equation", "equation*", "align", "align*", "gather", "multline", "eqnarray", "flalign"]
)


def environment(name: str, body: str) -> str:
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


PIECES = st.one_of(
    WORDS,
    MATH.map(lambda m: f"${m}x$"),
    MATH.map(lambda m: rf"\({m}\)"),
    MATH.map(lambda m: f"$${m}x$$"),
    ROWS.map(lambda m: rf"\[{m}\]"),
    st.builds(environment, NAMES, ROWS),
    MATH.map(lambda m: f"% {m.splitlines()[0] if m.strip() else ''} $\n"),
    st.sampled_from([r"\verb|$x$|", environment("verbatim", "$ \\[ % \\begin{align}"), "\n\n"]),
    st.builds(environment, st.sampled_from(["itemize", "proof"]), WORDS),
    MATH.map(lambda m: rf"\section{{On ${m}x$}}"),
)
DOCUMENTS = st.lists(PIECES, max_size=12).map(lambda pieces: " ".join([*pieces, "end."]))
OPENERS = {"$": 1, "$$": 2, r"\(": 2, r"\[": 2}


def reference(source: str) -> list[tuple[int, str, str]]:
    """Start, delimiter and text of every formula that is not within another, by pylatexenc."""
    walker = LatexWalker(source, tolerant_parsing=False)
    nodes, _, _ = walker.get_latex_nodes()
    found: list[tuple[int, str, str]] = []
    todo: list[LatexNode] = list(reversed(nodes))
    while todo:
        node = todo.pop()
        if node is None:
            continue
        whole = source[node.pos : node.pos + node.len]
        if isinstance(node, LatexMathNode):
            size = OPENERS[node.delimiters[0]]
            found.append((node.pos + size, node.delimiters[0], whole[size:-size]))
            continue
        if isinstance(node, LatexEnvironmentNode):
            name = node.environmentname
            if name not in ("itemize", "proof", "verbatim"):
                size = len(rf"\begin{{{name}}}")
                inner = whole[size : -len(rf"\end{{{name}}}")]
                found.append((node.pos + size, name, inner))
                continue
        children = list(getattr(node, "nodelist", None) or [])
        arguments = getattr(node, "nodeargd", None)
        if arguments is not None and arguments.argnlist:
            children = [*arguments.argnlist, *children]
        todo.extend(reversed(children))
    return found


@given(DOCUMENTS)
def test_agrees_with_pylatexenc(source: str) -> None:
    document = tex(source)
    found = [
        (s.span.start, s.environment, s.text)
        for s in document.segments
        if s.kind in ("display", "inline")
    ]
    assert found == [entry for entry in reference(source) if entry[2].strip()]
    assert document.notes == ()


@given(DOCUMENTS)
def test_nothing_is_lost(source: str) -> None:
    """What belongs to no segment is delimiters, comments and blanks."""
    document = tex(source)
    pieces = [s.text for s in document.segments]
    assert "".join(pieces).count("hence") == source.count("hence")


def test_pylatexenc_sees_the_same_in_a_plain_document() -> None:
    """The reference itself finds something: it could not fail otherwise."""
    source = r"a $x$ \section{b \(y\)} \begin{align}z\end{align} \verb|$w$|"
    assert [text for _, _, text in reference(source)] == ["x", "y", "z"]
