# ruff: noqa: E501  (rows of the tables)
"""Five lines with each mistake of the table, in different exercises: how many are named?

Run ``python benchmarks/mistakes.py [PART OF A NAME [SEED]]`` (two minutes; with a name the lines
are shown; each row draws its lines for itself, so that they are the same with a name and without;
another seed draws other ones).  The line before is one of a solution in the library (textbook steps of its claims) or of
the drills below.  The false line has the mistake at a random place, in that line itself or in the
one that follows it, and its summands and factors in another order.  A line counts as named if the
row is among the names; as equal if another row is named, which leads to exactly this line too (it
is looked at once more here: the two cannot be told apart by the line); else as not named.  Rows that speak of a whole line have lines of their own, written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple

from derive.check.library import exercise_files, name_of
from derive.check.run import check_file
from derive.explain.mistakes import MISTAKES, Mistake, diagnose
from derive.explain.mistakes.row import line_of
from derive.explain.mistakes.search import Diagnosis, changed
from derive.explain.proof import Proof
from derive.explain.tidy import tidy
from derive.prover.decide import decide
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.term import (
    Add,
    Claim,
    Given,
    Matrix,
    Mul,
    Neg,
    Relation,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms,
)
from derive.term.text import text

FIVE = 5
LARGEST = 120  # nodes of a line
TRIED = 40  # places for a mistake in one exercise

# fmt: off
DRILLS = (  # differentiation and algebra that a course sets
    r"\frac{\partial}{\partial x} x^3 \log(x)", r"\frac{\partial}{\partial x} x^2 \exp(3 x)",
    r"\frac{\partial}{\partial x} \frac{x^2}{1 + \exp(x)}", r"\frac{\partial}{\partial x} \frac{\sin(x)}{x^3}",
    r"\frac{\partial}{\partial x} \frac{\log(x)}{x^2 + 1}", r"\frac{\partial}{\partial x} \frac{\tanh(x)}{x + 2}",
    r"\frac{\partial}{\partial x} \frac{1}{1 + x^4}", r"\frac{\partial}{\partial x} \frac{a}{x^2 + b}",
    r"\frac{\partial}{\partial x} \frac{3}{\cosh(x)}", r"\frac{\partial}{\partial x} \frac{1}{\log(x) + x}",
    r"\frac{\partial}{\partial x} \frac{1}{x + \exp(x)}", r"\frac{\partial}{\partial x} (x^2 + 1)^5",
    r"\frac{\partial}{\partial x} (3 x + a)^4", r"\frac{\partial}{\partial x} (a x^3 + 7)",
    r"\frac{\partial}{\partial x} (5 \sin(x) + b^2)", r"\frac{\partial}{\partial x} a \tanh(x)",
    r"\frac{\partial}{\partial x} 2^x", r"\frac{\partial}{\partial x} 3^{2 x}", r"\frac{\partial}{\partial x} 10^x",
    r"\frac{\partial}{\partial x} 5^{x + 1}", r"\frac{\partial}{\partial x} 7 \cdot 2^{-x}", r"\frac{\partial}{\partial x} x^7",
    r"\frac{\partial}{\partial x} (3^x + x)", r"\frac{\partial}{\partial x} x 6^x", r"3 \log(b^4) + a", r"b - \log(a^6)", r"\log(a^2) - \log(b^7)",
    r"\frac{\partial}{\partial x} (x^5 - 2 x)", r"\frac{\partial}{\partial x} (x + b)^6",
    r"\frac{\partial}{\partial x} \exp(-x^2)", r"\frac{\partial}{\partial x} \sin(4 x)",
    r"\frac{\partial}{\partial x} \cos(x^2)", r"\frac{\partial}{\partial x} x \cos(x)",
    r"\frac{\partial}{\partial x} \sqrt{1 + x^2}", r"\frac{\partial}{\partial x} \log(1 + x^2)",
    r"\frac{\partial}{\partial x} \log(x^2 + a^2)", r"\frac{\partial}{\partial x} \sigma(3 x)",
    r"\frac{\partial}{\partial x} \tanh(2 x + 1)", r"\frac{\partial}{\partial x} x \sigma(x)",
    r"\frac{\partial^2}{\partial x^2} \sin(3 x)", r"\frac{\partial^2}{\partial x^2} \exp(2 x)",
    r"\frac{\partial^2}{\partial x^2} x^5", r"\frac{\partial^2}{\partial x^2} \log(x)",
    r"\frac{\partial^2}{\partial x^2} \cosh(2 x)",
    "(x + y)^2 - 4 x y", "(2 x - y)^2", "(3 x)^3 + y", "(a x)^2 - b", r"x - (y - z)", r"2 a - (x + y - 1)", r"5 (x - y) + z",
    "a (x + y + z)", "x^2 x^5", "y^3 y^4 - 1", r"\frac{z^6}{z^2} + x", "a^2 a^7 b", "b^3 b^5 + b", "(x^2)^3", "(y^4)^2 + 1",
    "(a^3)^3 b", "(z^5)^2 - z", "2 (b^2)^4", r"\sqrt{x^2 + y^2}", r"\sqrt{x^2 + 16}", r"\sqrt{a^2 + 4} - a",
    r"2 \sqrt{y^2 + 1}", r"\sqrt{4 + z^2} + 1", r"\frac{1}{x + y}", r"\frac{a}{b + c}", r"\frac{x}{y + 1} - 2",
    r"\frac{2}{x - y}", r"3 + \frac{1}{x^2 + 1}", r"\frac{1}{x} + \frac{1}{y}", r"\frac{a}{b} + \frac{c}{d}",
    r"\frac{x}{2} + \frac{y}{3}", r"\frac{1}{x + 1} + \frac{2}{y}", r"\frac{x}{y} - \frac{y}{z}", r"\frac{x + y}{x}",
    r"\frac{a b + c}{a}", r"\frac{x + z}{y + z}", r"\frac{x^2 + y}{x^2}", r"\frac{2 x + 3}{2}",
    "e^{-x} + 1", "2 e^{-2 y}", r"\exp(-x) - x", r"x^{-2} + y", r"1 - e^{-a x}", r"\exp(x + y)", r"\exp(a - b) + 1",
    r"2 \exp(x + 1)", r"\exp(2 x + y) - 3", r"e^{a + x}", r"\exp(2 x)", r"\exp(a x) + 1", r"3 \exp(x y)", r"e^{5 y} - y", r"\exp(a b c)",
    r"\exp(x) \exp(y)", r"2 \exp(a) \exp(b)", r"\exp(x)^2 + 1", r"\exp(x) + \exp(y)", r"x \exp(x) \exp(2)",
    r"\log(a b)", r"\log(\frac{a}{b})", r"\log(3 a^2)", r"\log(a + b)", r"\log(a - b + 3)", r"\log(1 + \exp(x))",
    r"\log(a^4)", r"\log(2 e^x)", r"\log(a e^{-x})", r"\log(1 + e^y)", r"\log(\frac{2}{b}) + x", r"\log(\frac{a + 1}{b})", r"x \log(\frac{a}{3})",
    r"x + \log(a^2 + b)", r"\log(b^3) - 1", r"2 \log(a^5)", r"\log(\sqrt{a} b)", r"\log((a + b)^2)", r"\exp(2 \log(a))",
    r"\tanh(2 x) + 1", r"\sin(x + y)", r"\cos(3 x) - x", r"\sigma(x + y)", r"\sinh(2 y) + y", r"\sigma(-x)", r"\cos(-x) + x",
    r"\operatorname{softplus}(-x)", r"\tanh(-2 x)", r"\cosh(-x) y", r"\frac{x}{y} + z", r"2 - \frac{a}{b}", r"\frac{x + 1}{y}",
    r"|x| + x", r"\max(x, y) - y",
)
INDEXED = (  # the same with sums
    r"\sum_{k=1}^d (x_k + y_i)", r"\sum_{k=1}^d (x_k - 3)", r"2 \sum_{k=1}^d (x_k^2 + x_k)", r"\sum_{k=1}^d (a x_k + b)",
    r"\sum_{k=1}^d x_k + y_i", r"\sum_{k=1}^d x_k^2 - x_i", r"x_j + \sum_{k=1}^d y_k", r"\sum_{k=1}^d x_k y_k", r"\sum_{k=1}^d a^2",
    r"\sum_{k=1}^d y_i", r"x_j + \sum_{k=1}^d x_i y_j", r"\sum_{k=1}^d 3", r"\sum_{k=1}^d x_k y_k x_i", r"\sum_{k=1}^d \frac{x_k}{1 + y_k^2}",
    r"\left(\sum_{k=1}^d x_k\right)^2", r"\frac{1}{\sum_{k=1}^d x_k^2}", r"\left(\sum_{k=1}^d x_k y_k\right)^3", r"\frac{x_i}{\sum_{k=1}^d \exp(x_k)}",
    r"\log(\sum_{k=1}^d \exp(x_k))", r"\exp(\sum_{k=1}^d x_k)", r"\sqrt{\sum_{k=1}^d x_k^2}", r"\tanh(\sum_{k=1}^d y_k x_k)", r"\sigma(\sum_{k=1}^d x_k)",
    r"\prod_{k=1}^d x_k", r"\log(\prod_{k=1}^d \exp(x_k))", r"y_i \prod_{k=1}^d x_k^2", r"\prod_{k=1}^d (1 + y_k^2)", r"1 - \prod_{k=1}^d y_k",
    r"\sum_{k \ne i} x_k", r"\sum_{k \ne j} x_k y_k", r"y_i \sum_{k \ne i} y_k^2", r"1 - \sum_{k \ne i} x_k", r"\sum_{k \ne j} \exp(x_k)",
    r"x_i \sum_{k=1}^d q_k", r"\sum_{k=1}^d q_k + 1", r"-\log(\sum_{k=1}^d q_k + x_i^2)", r"y_j - y_j \sum_{k=1}^d q_k", r"3 \sum_{k=1}^d q_k y_i",
    r"\sum_{k=1}^d h_k x_k", r"-\sum_{k=1}^d h_k y_k^2", r"\sum_{k=1}^d h_k \exp(x_k)", r"1 + \sum_{k=1}^d h_k x_k y_k", r"\sum_{k=1}^d x_k h_k - y_i",
    r"\sum_{k=1}^d \delta_{ik} x_k", r"\sum_{k=1}^d \delta_{kj} x_k y_k", r"2 \sum_{k=1}^d \delta_{ki} \exp(y_k)", r"x_j \sum_{k=1}^d \delta_{jk} y_k", r"\sum_{k=1}^d \delta_{ik} (x_k + 1)",
    r"x_i \delta_{ij} + y_j", r"\delta_{ij} - x_i x_j", r"2 \delta_{ij} y_i", r"y_i (\delta_{ij} - y_j)", r"\delta_{ij} x_j^2 + 1",
    r"\sum_{k=1}^d A_{ik} x_k", r"\sum_{k=1}^d x_k A_{kj}", r"A_{ij} x_i y_j", r"\sum_{k=1}^d A_{ik} y_k + x_i", r"\sum_{k=1}^d A_{ik} B_{kj}", r"A_{ij} - x_i y_j",
    r"\frac{1}{d} \sum_{k=1}^d x_k", r"\frac{2}{d} \sum_{k=1}^d x_k y_k", r"x_i - \frac{1}{d} \sum_{k=1}^d x_k", r"\frac{1}{d} \sum_{k=1}^d x_k^2",
    r"-\sum_{k=1}^d \log(1 + x_k^2)", r"-\log(1 + x_i^2)", r"-\sum_{k=1}^d y_k \log(1 + y_k^2)", r"-\log(2 + \sum_{k=1}^d x_k^2)", r"-3 \sum_{k=1}^d \log(1 + \exp(y_k))",
    r"A B", r"A B A", r"(A B)^{\top}", r"A^{\top} B", r"B A^{\top} A", r"(A + B) A",
    r"\frac{\partial}{\partial x_i} x_j^2", r"\frac{\partial}{\partial x_i} (x_j + y_i)",
)
_D = ("i, j, k: 1..d", r"x \in \mathbb{R}^d", r"y \in \mathbb{R}^d", r"A, B \in \mathbb{R}^{d \times d}", r"q \in \mathbb{R}^d", "q distribution", r"h \in \mathbb{R}^d", "h one-hot")
_P = (*_D, r"p_j = \frac{\exp(x_j)}{\sum_k \exp(x_k)}")
_C = ("i: 1..3", r"x \in \mathbb{R}^3", r"f \in \mathbb{R}^3", r"X = \begin{pmatrix} 0 \\ x_1 \\ x_2 \\ x_3 \\ 0 \end{pmatrix}", r"s_i = \sum_{a=1}^3 f_a X_{i+a-1}")
_W = (r"f \in \mathbb{R}^2", r"x \in \mathbb{R}^{2 \times 2}", r"X = \begin{pmatrix} 0 & 0 & 0 \\ 0 & x_{11} & x_{12} \\ 0 & x_{21} & x_{22} \end{pmatrix}", "i, j: 1..2", r"s_{ij} = \sum_{a=1}^2 f_a X_{i+a-1,j+1}")
_X = (r"x \in \mathbb{R}^{2 \times 2}", r"y \in \mathbb{R}^{2 \times 2}", r"z \in \mathbb{R}^{2 \times 3}", r"a \in \mathbb{R}")
_V = r"\begin{{pmatrix}} {0}{1}_{{11}} \\ {0}{1}_{{12}} \\ {0}{1}_{{21}} \\ {0}{1}_{{22}} \end{{pmatrix}}"
_H = r"\begin{{pmatrix}} {0}{1}_{{11}} \\ {0}{1}_{{21}} \\ {0}{1}_{{12}} \\ {0}{1}_{{22}} \end{{pmatrix}}"
BY_HAND = {  # what speaks of a whole line: (claim, declarations)
    "arithmetic": (
        ("7 \\cdot 8", "54", ()), ("2^5 - 1", "33", ()), (r"\frac{3}{4} + \frac{1}{4}", "2", ()),
        ("4 \\cdot 2 + 4 \\cdot 3 - 5", "14", ()), (r"\frac{1}{2} \cdot \frac{2}{5}", r"\frac{3}{10}", ())),
    "one index case": (
        (r"\frac{\partial p_j}{\partial x_i}", "p_j (1 - p_j)", _P), (r"\frac{\partial p_i}{\partial x_j}", "p_i - p_i^2", _P),
        (r"\frac{\partial p_j}{\partial x_i}", "-p_i p_j", _P), (r"\frac{\partial}{\partial x_i} x_j \exp(x_j)", r"(1 + x_i) \exp(x_i)", _D),
        (r"\frac{\partial}{\partial x_i} \frac{x_j}{1 + \sum_k x_k^2}", r"-\frac{2 x_i x_j}{(1 + \sum_k x_k^2)^2}", _D)),
    "kernel flipped": (
        ("s_2", "f_3 x_1 + f_2 x_2 + f_1 x_3", _C), ("s_1", "f_2 x_1 + f_1 x_2", _C), ("s_3", "f_3 x_2 + f_2 x_3", _C),
        ("s_{11}", "f_1 x_{11}", _W), ("s_{21}", "f_2 x_{11} + f_1 x_{21}", _W)),
    "padding forgotten": (
        ("s_1", "f_1 x_1 + f_2 x_2 + f_3 x_3", _C), ("s_2", "f_1 x_2 + f_2 x_3", _C), ("s_3", "f_1 x_3", _C),
        ("s_{11}", "f_1 x_{12} + f_2 x_{22}", _W), ("s_{21}", "f_1 x_{22}", _W)),
    "row by row for column by column": (
        (_V.format("", "x"), _H.format("", "x"), _X), ("2 " + _V.format("", "x"), _H.format("2 ", "x"), _X),
        (_V.format("", "x") + " + " + _V.format("", "y"), r"\begin{pmatrix} x_{11} + y_{11} \\ x_{21} + y_{21} \\ x_{12} + y_{12} \\ x_{22} + y_{22} \end{pmatrix}", _X),
        ("a " + _V.format("", "y"), _H.format("a ", "y"), _X),
        (r"\begin{pmatrix} z_{11} \\ z_{12} \\ z_{13} \\ z_{21} \\ z_{22} \\ z_{23} \end{pmatrix}", r"\begin{pmatrix} z_{11} \\ z_{21} \\ z_{12} \\ z_{22} \\ z_{13} \\ z_{23} \end{pmatrix}", _X)),
    "logarithm of the base lost": (
        (r"\frac{\partial}{\partial x} 2^x", "2^x", ()), (r"\frac{\partial}{\partial x} 10^x", "10^x", ()),
        (r"\frac{\partial}{\partial x} x 3^x", "3^x + x 3^x", ()), (r"\frac{\partial}{\partial x} (7^x - x^2)", "7^x - 2 x", ()),
        (r"\frac{\partial}{\partial x} 3^{2 x}", r"2 \cdot 3^{2 x}", ())),
    "inequality turned round": (
        ("", "x^2 + 1 < 0", ()), ("", r"\exp(x) \le 0", ()), ("", r"\tanh(x) \ge 1", ()),
        ("", "p_j < 0", _P), ("", r"x^2 + y^2 \le 2 x y - 1", ())),
}
# fmt: on


class Line(NamedTuple):
    """A true step of a solution: ``before`` = ``after`` under ``given``."""

    exercise: str
    before: Term
    after: Term
    given: Given


class Made(NamedTuple):
    exercise: str
    claim: Claim


def lines_of(proof: Proof, exercise: str) -> Iterator[Line]:
    """The lines of a proof with those after them."""
    before = proof.start
    if proof.case is None:
        for step in proof.steps:
            if step.relation == "=":
                yield Line(exercise, before, step.term, proof.claim.given)
            before = step.term
    for part in (*proof.before, *proof.parts):
        yield from lines_of(part, exercise)


def library() -> list[Line]:
    found = []
    for path in exercise_files():
        for claim in check_file(path).claims:
            if claim.proof is not None:
                found += lines_of(claim.proof, name_of(path))
    return found


def drills() -> list[Line]:
    found = []
    for written, given in ((DRILLS, ("a > 0", "b > 0")), (INDEXED, _D)):
        for n, formula in enumerate(written):
            claim = read_claim(f"{formula} = {formula}", read_given(given))[0]
            assert isinstance(claim.relation, Relation)
            side = claim.relation.left
            found.append(Line(f"drill {n}: {formula}", side, side, claim.given))
    return found


def shuffled(t: Term, random: Random) -> Term:
    """Summands and factors in another order (products of matrices as they are)."""
    t = rebuild(t, lambda s: shuffled(s, random))
    match t:
        case Add(terms):
            return Add(tuple(random.sample(terms, len(terms))))
        case Mul(factors) if not contains(t, Matrix) and not any(
            _may_be_matrix(s) for s in factors
        ):
            return Mul(tuple(random.sample(factors, len(factors))))
    return t


def _may_be_matrix(t: Term) -> bool:
    return any(isinstance(s, Symbol) and s.name.isupper() for s in subterms(t))


def made_in(line: Line, row: Mistake, random: Random) -> Iterator[Claim]:
    """False lines after ``line.before`` that have this mistake somewhere."""
    asked = Claim(Relation("=", line.before, line.after), line.given)
    names = line_of(asked)
    for side in random.sample((line.before, line.after), 2):
        if row.made is not None:
            found = [wrong for _, wrong in changed(side, row.made, names)]
        elif row.name == "sign":
            found = [Neg(line.after)]
        else:
            found = []
        for wrong in random.sample(found, min(len(found), 3)):
            yield replace(asked, relation=Relation("=", line.before, shuffled(tidy(wrong), random)))


def examples(row: Mistake, lines: list[Line], random: Random) -> list[Made]:
    """Five false lines in five exercises, as far as there are as many."""
    found = dict[str, Made]()
    for line in random.sample(lines, len(lines)):
        if len(found) == FIVE:
            break
        if line.exercise in found or size(line) > LARGEST:
            continue
        for claim in made_in(line, row, random):
            if decide(claim).status == "refuted":
                found[line.exercise] = Made(line.exercise, claim)
                break
    return list(found.values())


def size(line: Line) -> int:
    return sum(1 for side in (line.before, line.after) for _ in subterms(side))


def by_hand(row: Mistake) -> list[Made]:
    found = []
    for before, after, given in BY_HAND.get(row.name, ()):
        written = f"{before} = {after}" if before else after
        found.append(Made("by hand", read_claim(written, read_given(given))[0]))
    return found


def leads_here(d: Diagnosis, claim: Claim) -> bool:
    """Whether the line that the mistake makes is the false line; where it was found backwards or
    in what the line means, the search has shown it."""
    if d.made is None:
        return True
    made = replace(claim.relation, left=d.made)
    return decide(replace(claim, relation=made)).status == "proved"


def main(wanted: str = "", seed: str = "1") -> None:
    course, own = library(), drills()
    totals, times, few = {"named": 0, "equal": 0, "not named": 0}, [], []
    print(f"{len(course)} lines of solutions, {len(own)} drills")
    for row in MISTAKES:
        if wanted not in row.name:
            continue
        random = Random(f"{seed} {row.name}")
        made = by_hand(row) or examples(row, course, random)
        if row.name not in BY_HAND and len(made) < FIVE:
            made += examples(row, own, random)[: FIVE - len(made)]
        if len(made) < FIVE:
            few.append(f"{row.name} ({len(made)})")
        results = []
        for one in made:
            start = perf_counter()
            diagnosed = diagnose(one.claim)
            times.append(perf_counter() - start)
            names = [d.mistake.name for d in diagnosed]
            equal = any(leads_here(d, one.claim) for d in diagnosed)
            result = "named" if row.name in names else "equal" if equal else "not named"
            totals[result] += 1
            results.append(result)
            if wanted or result == "not named":
                print(f"    {one.exercise}: {text(one.claim.relation)}: {', '.join(names) or '-'}")
        print(f"{row.name:52} {', '.join(results)}")
    count = sum(totals.values())
    print(", ".join(f"{name} {n} ({n / count:.1%})" for name, n in totals.items()), f"of {count}")
    slow = sorted(times)[int(len(times) * 0.9)]
    print(f"a search: median {median(times):.2f} s, p90 {slow:.2f} s, most {max(times):.2f} s")
    print(f"fewer than {FIVE} lines: {', '.join(few) or 'none'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
