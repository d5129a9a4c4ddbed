"""Scanning Markdown and plain text: what MathJax would typeset, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.read.document import Document, guess_kind, read_document


def formulas(document: Document) -> list[tuple[str, str]]:
    return [(s.environment, s.text) for s in document.segments if s.kind in ("display", "inline")]


def of_kind(document: Document, kind: str) -> list[str]:
    return [s.text for s in document.segments if s.kind == kind]


def scanned(source: str, kind: str = "md") -> Document:
    document = read_document(source, kind)
    assert len(document.text) == len(document.source) == len(source)
    at = 0
    for s in document.segments:
        assert document.text[s.span.start : s.span.end] == s.text
        assert at <= s.span.start < s.span.end
        at = s.span.end
    return document


# fmt: off
FOUND = [
    ("a $x$ and $$y$$ b",                          [("$", "x"), ("$$", "y")]),
    (r"a \(x\) and \[y\] b",                       [(r"\(", "x"), (r"\[", "y")]),
    (r"a \\(x\\) and \\[y\\] b",                   [(r"\(", "x"), (r"\[", "y")]),
    ("\\begin{align}\na\n\\end{align}",            [("align", "\na\n")]),
    (r"\begin{aligned}a\end{aligned}",             [("aligned", "a")]),
    (r"\begin{cases}\begin{cases}a\end{cases}\end{cases}",
     [("cases", r"\begin{cases}a\end{cases}")]),
    ("$$\n\\begin{align}\na\n\\end{align}\n$$",    [("$$", "\n\\begin{align}\na\n\\end{align}\n")]),
    ("```math\na\n```\n$b$",                       [("```math", "a\n"), ("$", "b")]),
    ("```{math}\n:label: x\na\n```",               [("```math", "a\n")]),
    ("~~~math\na\n~~~",                            [("```math", "a\n")]),
    ("so $`a_1`$ is",                              [("$`", "a_1")]),
    ('<script type="math/tex">a</script>',         [("script", "a")]),
    ('<script type="math/tex; mode=display">a</script>', [("script", "a")]),
    ("{{< katex >}}a{{< /katex >}}",               [("katex", "a")]),
    ("{% katex display %}a{% endkatex %}",         [("katex", "a")]),
    ("{{< math >}}\n$$a$$\n{{< /math >}} $b$",     [("$$", "a"), ("$", "b")]),
    ("{{< math >}}$a${{</ math >}} b",             [("$", "a")]),
    ("{% math %}a{% endmath %}",                   [("math", "a")]),
    ("so $latex x=1$ is",                          [("$", "x=1")]),
    ("$$$x$$$",                                    [("$$$", "x")]),
    ("{% raw %}$x$ {% endraw %}",                  [("$", "x")]),
    # what is no formula
    ("`$x$` and ``$y ` $`` $z$",                   [("$", "z")]),
    ("```\n$x$\n```\n$y$",                         [("$", "y")]),
    ("~~~~ latex\n$x$\n~~~\n$w$\n~~~~~\n$y$",      [("$", "y")]),
    ("- item\n  ```py\n  $x$\n  ```\n  $y$",       [("$", "y")]),
    ("<!-- $x$ --> $y$",                           [("$", "y")]),
    ("<pre>$x$</pre> <code>$x$</code> <style>$x$</style> $y$", [("$", "y")]),
    ("<script>let a = '$x$'</script> $y$",         [("$", "y")]),
    ("{% highlight tex %}$x$ {% endhighlight %} $y$", [("$", "y")]),
    (r"\begin{verbatim}$x$\end{verbatim} $y$",     [("$", "y")]),
    (r"\$5 and $x$ and \$6",                       [("$", "x")]),
    ("$5 and $10",                                 []),
    ("It costs $5, so $x$ is 1",                   [("$", "x")]),
    ("from $5-$10 to $x = 1$",                     [("$", "x = 1")]),
    ("US$5 and US$6, $y$",                         [("$", "y")]),
    ("$20,000 and more than that$ $y$",            [("$", "y")]),
    ("cd $HOME and $PATH, $y$",                    [("$", "y")]),
    ("$5\n\nand $x$",                              [("$", "x")]),
    ("$5\n# Heading $x$",                          [("$", "x")]),
    # spaces beside the dollars: only what looks like mathematics
    ("$ x = 1 $ and $ a $",                        [("$", " x = 1 "), ("$", " a ")]),
    (r"$\alpha $ and $x_1$2",                      [("$", r"\alpha "), ("$", "x_1")]),
    ("$x$-axis, $n$th",                            [("$", "x"), ("$", "n")]),
    ("95 % of $x$ % $y$",                          [("$", "x"), ("$", "y")]),
    # dollars within text within a formula
    (r"$a \text{ if $b$}$ c",                      [("$", r"a \text{ if $b$}")]),
    (r"\[a \\[2pt] b\]",                           [(r"\[", r"a \\[2pt] b")]),
    ("$$a\n\n= b$$",                               [("$$", "a\n\n= b")]),
    # brackets that are escaped because Markdown would make links of them
    (r"* \[[`ac2a`](https://a/b_c)\] - x $y$",     [("$", "y")]),
    (r"* {string\[]} $y$",                         [("$", "y")]),
    (r"> \[!TIP] $y$",                             [("$", "y")]),
    (r"supports \[arm, x86\_64], (\() and $y$",    [("$", "y")]),
    ("# On $x$\n| $y$ | $z$ |",                    [("$", "x"), ("$", "y"), ("$", "z")]),
    ("$a\n= b$",                                   [("$", "a\n= b")]),
    (r"$$\newcommand{\R}{\mathbb{R}}$$ $\R$",      [("$", r"\R")]),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), FOUND, ids=[source for source, _ in FOUND])
def test_found(source: str, expected: list[tuple[str, str]]) -> None:
    document = scanned(source)
    assert formulas(document) == expected
    assert document.notes == ()


# fmt: off
ESCAPES = [
    # what stands in the source, what TeX gets (of the same length)
    (r"$$a \\\\ b$$",           r"a \\   b"),
    (r"$$a \\ b$$",             r"a \\ b"),
    (r"$x\_i$",                 r"x _i"),
    (r"$a\*b$",                 r"a *b"),
    (r"$x\\_i$",                r"x  _i"),
    (r"$\text{a\_b}$",          r"\text{a\_b}"),
    (r"$\mathrm{a\_b}\_c$",     r"\mathrm{a\_b} _c"),
    (r"$\\{a\\}$",              r" \{a \}"),
    (r"$a \\ {b}$",             r"a \\ {b}"),
    (r"$a\\,b$",                r"a \,b"),
    (r"$$\\frac{a}{b} = \\alpha$$", r" \frac{a}{b} =  \alpha"),
    (r"$$\frac{a}{b} \\alpha$$", r"\frac{a}{b} \\alpha"),
    ("$$a &lt; b &amp;= c$$",   "a <    b &    = c"),
    ("> $$a\n> = b$$",          "a\n  = b"),
    (">> $$a\n>> > b$$",        "a\n     b"),
    ("$$a\n> b$$",              "a\n> b"),
    (r"| $P(a \| b)$ |",        r"P(a  | b)"),
    (r"$P(a \| b)$",            r"P(a \| b)"),
    ("$$a\r\n= b$$",            "a \n= b"),
]
# fmt: on


@pytest.mark.parametrize(("source", "read"), ESCAPES)
def test_escapes_are_undone_in_place(source: str, read: str) -> None:
    document = scanned(source)
    (formula,) = [s for s in document.segments if s.kind in ("display", "inline")]
    assert formula.text == read
    assert document.source == source


# fmt: off
BROKEN = [
    ("$$x = 1\n\n$$ y = 2 $$",                 "$$x = 1",          [" y = 2 "]),
    ("$$x\n\nthis is not a formula\n\n$$y$$",  "$$x",              ["y"]),
    ("$$x\n\n# Heading\n\n$$y$$",              "$$x",              ["y"]),
    ("$\\alpha\n\n$y$",                        "$",                ["y"]),
    ("\\begin{align}x\n\n$y$",                 "\\begin{align}x",  ["y"]),
    ("\\\\[x \\[ y=\n\n$z$",                   "\\[ y=",            ["z"]),
    ("so \\[x = 1\n\n$y$",                        "\\[x = 1",         ["y"]),
    ("\\[\nx\n\n$y$",                            "\\[\nx",          ["y"]),
    ("so \\(x = 1 $y$",                          "\\(",             ["y"]),
    ("```python\nx $y$",                       "```",              ["y"]),
    ("<!-- x $y$",                             "<!--",             ["y"]),
]
# fmt: on


@pytest.mark.parametrize(("source", "where", "found"), BROKEN)
def test_what_is_never_closed_loses_nothing_else(source: str, where: str, found: list[str]) -> None:
    document = scanned(source)
    assert [text for _, text in formulas(document)] == found
    (note,) = document.notes
    assert (note.code, source[note.span.start : note.span.end]) == ("unclosed", where)


def test_prose() -> None:
    document = scanned("# Title\nLet $x$ be `code` <!-- no --> one.\n\n```\nx\n```\nEnd")
    assert [t.strip() for t in of_kind(document, "prose")] == [
        "# Title\nLet", "be", "one.", "End",
    ]  # fmt: skip
    assert of_kind(document, "code") == ["`code`", "```\nx\n```"]


# fmt: off
DIRECTIVES = [
    ("<!-- derive: let x > 0 -->",                       ["let x > 0"]),
    ("<!-- derive:\nlet x > 0\n  assume y < 1 \n\n-->a", ["let x > 0", "assume y < 1"]),
    ("a\n%! let x > 0\nb",                               ["let x > 0"]),
    ("a %! let x > 0\nb",                                []),
    ("---\ntitle: a\nderive: let x > 0\n---\n",          ["let x > 0"]),
    ("---\nderive: \"let x > 0\"\n---\n",                ["let x > 0"]),
    ("---\nderive:\n  - let x \\in (0, 1]\n  - y one-hot\ntitle: a\n---\n",
     ["let x \\in (0, 1]", "y one-hot"]),
    ("---\nderive:\n- 'let x > 0'\nother:\n- b\n---\n",  ["let x > 0"]),
    ("---\nderive: |\n  let x > 0\n  i: 1..n\n---\n",    ["let x > 0", "i: 1..n"]),
    ("---\nderive: ['x > 0', \"y \\\\in [0]\"]\n---\n",  ["x > 0", "y  \\in [0]"]),
    ("+++\nderive = [\n  \"x > 0\",\n  'y > 0',\n]\nz = 1\n+++\n", ["x > 0", "y > 0"]),
    ("+++\nderive = \"\"\"\nx > 0\ny > 0\n\"\"\"\nz = 1\n+++\n", ["x > 0", "y > 0"]),
    ("+++\nderive = \"x > 0\"\n+++\n",                   ["x > 0"]),
    ("---\nno: front\n\n# matter\n",                     []),
    ("text\n---\nderive: x > 0\n---\n",                  []),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), DIRECTIVES)
def test_directives(source: str, expected: list[str]) -> None:
    assert of_kind(scanned(source), "directive") == expected


def test_a_front_matter_is_no_prose() -> None:
    document = scanned("---\ntitle: $x$\nderive: x > 0\n---\nWords $y$")
    assert [(s.kind, s.text.strip()) for s in document.segments] == [
        ("directive", "x > 0"),
        ("prose", "Words"),
        ("inline", "y"),
    ]


# fmt: off
CONFIGURED = [
    (r'<script>MathJax = {tex: {macros: {R: "\\mathbb{R}", E: ["E[#1]", 1]}}}</script>',
     {r"\R": 0, r"\E": 1}),
    (r"""<script>katex({macros: {"\\f": '\\frac{1}{2}'}});</script>""", {r"\f": 0}),
    (r"$$\def\a{b}$$ <!-- \def\c{d} --> `\def\e{f}`", {r"\a": 0}),
    (r"\newcommand{\a}{b}", {r"\a": 0}),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), CONFIGURED)
def test_macros(source: str, expected: dict[str, int]) -> None:
    assert {name: m.arity for name, m in scanned(source).macros.items()} == expected


# --- plain text ------------------------------------------------------------------------------

# fmt: off
PLAIN = [
    ("so $x$ and `$y$` and <b>$z$</b>", ["x", "y", "z"]),
    ("``quoted'' $x$ and ``more''",      ["x"]),
    ("tanh(x) = 2 sigma(2x) - 1",        ["tanh(x) = 2 sigma(2x) - 1"]),
    ("a = b\n  = c\nd = e",              ["a = b\n  = c", "d = e"]),
    ("Then\n\n  a = b\n\nis it, as\n  = c or so", ["  a = b"]),
    ("let us say x = 3\nf(x) = x + 1",   ["f(x) = x + 1"]),
    ("softmax(x)_i = e^{x_i}",           ["softmax(x)_i = e^{x_i}"]),
    ("import a\nif x == 3: y = 4",       []),
    ("width = 30 pixels",                []),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), PLAIN)
def test_plain(source: str, expected: list[str]) -> None:
    document = scanned(source, "txt")
    assert [text for _, text in formulas(document)] == expected
    assert document.notes == ()


# fmt: off
KINDS = [
    ("a.tex", "", "tex"), ("a.TEX", "", "tex"), ("a.md", r"\section{x}", "md"), ("a.Rmd", "", "md"),
    ("a.ipynb", "", "ipynb"), ("a.txt", r"\section{x}", "txt"), ("", r"\documentclass{x}", "tex"),
    ("", "# Title", "md"), ("", '{"cells": []}', "ipynb"), ("-", "x = 1", "txt"),
]
# fmt: on


@pytest.mark.parametrize(("path", "text", "kind"), KINDS)
def test_kinds(path: str, text: str, kind: str) -> None:
    assert guess_kind(text, path) == kind


MARKS = ["$", "$$", "`", "```", "\n```\n", "~~~", "\\", "\\\\", r"\(", r"\)", r"\[", r"\]", "%!"]
MARKS += [r"\begin{align}", r"\end{align}", r"\begin{cases}", r"\end{cases}", r"\newcommand{\a}"]
MARKS += [
    "\n",
    "\n\n",
    "\r\n",
    "\0",
    "> ",
    "{",
    "}",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "---\n",
]
MARKS += ["% ", r"\text{", "a = b", " words of prose ", "5", "x", "derive:", "macros: {", r"\verb|"]
MARKS += [r"\def\be{\begin{align}}", r"\be", r"\end{document}", r"\begin{document}", "|", "&amp;"]


@given(st.lists(st.sampled_from(MARKS), max_size=40).map("".join), st.sampled_from(["md", "txt"]))
def test_anything_is_scanned(source: str, kind: str) -> None:
    scanned(source, kind)


@given(st.lists(st.sampled_from(MARKS), max_size=40).map("".join), st.sampled_from(["tex", "md"]))
def test_a_formula_before_anything_is_found(source: str, kind: str) -> None:
    document = read_document("$q = 1$\n\n" + source, kind)
    if r"\begin{document}" not in source:
        assert formulas(document)[0] == ("$", "q = 1")


@given(st.lists(st.sampled_from(MARKS), max_size=30).map("".join))
def test_tex_of_anything_is_scanned(source: str) -> None:
    scanned(source, "tex")


@given(st.text(max_size=200), st.sampled_from(["md", "txt", "tex", "ipynb", ""]))
def test_any_text_is_scanned(source: str, kind: str) -> None:
    document = read_document(source, kind)
    for s in document.segments:
        assert document.text[s.span.start : s.span.end] == s.text
