# ruff: noqa: E501  (rows of the tables)
"""Marks for those who try to get more than they showed, and for those who show it in another way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

import pytest
from test_grade import TWO

from derive.check.library import library_folder
from derive.cli.grade import Options, grade

D, G = r"\frac{\partial \tanh(x)}{\partial x}", r"1 - \tanh(x)^2"
N, Q = r"(e^x - e^{-x})", r"(e^x + e^{-x})"
DEFINED = rf"\frac{{\partial}}{{\partial x}} \frac{{{N}}}{{{Q}}}"
QUOTIENT = rf"\frac{{{Q}^2 - {N}^2}}{{{Q}^2}}"
P = r"\frac{\partial p_j}{\partial x_i}"
MOST = 0.5  # what an attack may earn
Marks: TypeAlias = list[tuple[float, float]]  # of each claim, at least and at most

# fmt: off
ATTACKS = {  # what no fair teacher gives marks for
    "constant":            rf"$${D} = 7 = 5 + 2 = 7 - 0$$",
    "constant, to the end": rf"$${D} = 1 = 1 + 0 = {G}$$",
    "of the form by chance": rf"$${D} = 2 + \tanh(x)^2$$",
    "wrong in one line":   rf"$${D} = 1 + \tanh(x)^2$$",
    "wrong, then a detour": rf"$${D} = \sin(2x) = 2 \sin(x) \cos(x) = \sin(x) (\cos(x) + \cos(x)) = \sin(2x)$$",
    "wrong, and back":     rf"$${D} = \sin(x) = {G}$$",
    "wrong, and back, later": rf"$${D} = {DEFINED} = \sin(x) = {G}$$",
    "wrong both ways":     rf"$${D} = \sin(x) + \cos(x) = \cos(x) + \sin(x) = {G}$$",
    "right and wrong":     rf"$${D} = {DEFINED} = 1 + \tanh(x)^2$$ $${D} = {DEFINED} = {G}$$",
    "nothing is nothing":  rf"$$0 = 1 - 1$$ $${D} - 1 + \tanh(x)^2 = 1 = 0$$",
    "multiplied by zero":  rf"$$0 \cdot {D} = 0 \cdot ({G})$$ $${D} = {G}$$",
    "for one value":       rf"For $x = 0$: $${D} = 1 = 1 - 0 = {G}$$",
    "under an assumption": rf"Assume $\tanh(x) = 0$. Then $${D} = 1 - 0 = {G}$$",
    "something added":     rf"$${D} = {D} + \sin(x)^2 + \cos(x)^2 - 1 = {G} + \sin(x)^2 + \cos(x)^2 - 1 = {G}$$",
    "something added and multiplied out": rf"$${D} = {D} + (x+1)^2 - x^2 - 2x - 1 = {D} + x^2 + 2x + 1 - x^2 - 2x - 1 = {G}$$",
    "by another name":     rf"Let $u = {D}$. Then $$u = {G}$$",
    "in a circle":         rf"$${D} = \frac{{2 {D}}}{{2}} = \frac{{2(1 - \tanh(x)^2)}}{{2}} = {G}$$",
    "multiplied and divided": rf"Suppose that $${D} = {G}$$ We multiply: $${Q}^2 {D} = {Q}^2 ({G})$$ and divide: $${D} = {G}$$",
    "by symmetry":         rf"By symmetry, $${D} = {G}$$ follows.",
    "given":               rf"Given in the lecture: $${D} = {G} = 1 - \left(\frac{{{N}}}{{{Q}}}\right)^2$$",
    "another exercise":    r"$$\frac{\partial \sigma(x)}{\partial x} = \frac{e^{-x}}{(1+e^{-x})^2} = \sigma(x)(1 - \sigma(x))$$",
    "in a comment":        rf"<!-- $${D} = {QUOTIENT} = {G}$$ -->",
}
HONEST = {  # exercise, solution, least that each claim gets
    "another letter": ("tanh-derivative", r"$$\frac{d \tanh(t)}{dt} = \frac{(e^t + e^{-t})^2 - (e^t - e^{-t})^2}{(e^t + e^{-t})^2} = 1 - \frac{(e^t - e^{-t})^2}{(e^t + e^{-t})^2} = 1 - \tanh(t)^2$$", [4]),
    "other indices": ("softmax-jacobian", r"$$\frac{\partial p_k}{\partial x_l} = \frac{\delta_{kl} e^{x_k} \sum_m e^{x_m} - e^{x_k} e^{x_l}}{(\sum_m e^{x_m})^2} = p_k (\delta_{kl} - p_l)$$", [0, 0, 2]),
    "another letter that is said": ("tanh-sigmoid", r"""
$$2\sigma(2x) - 1 = \frac{2}{1+e^{-2x}} - 1 = \frac{1 - e^{-2x}}{1+e^{-2x}} = \frac{e^x - e^{-x}}{e^x+e^{-x}} = \tanh x$$
Setze $y = 2x$, also $x = y/2$: $$\tanh(y/2) = 2\sigma(y) - 1 \Rightarrow \sigma(y) = \frac{1}{2}(1 + \tanh(y/2))$$""", [2, 2]),
    "own names": ("tanh-derivative", rf"Let $u = e^x - e^{{-x}}$, $v = e^x + e^{{-x}}$. Then $u' = v$ and $v' = u$, so $$\tanh'(x) = \frac{{u' v - u v'}}{{v^2}} = \frac{{v^2 - u^2}}{{v^2}} = 1 - \frac{{u^2}}{{v^2}} = {G}$$", [4]),
    "a slip": ("tanh-derivative", rf"$${D} = \frac{{{Q}^2 + {N}^2}}{{{Q}^2}} = 1 + \frac{{{N}^2}}{{{Q}^2}} = 1 + \tanh(x)^2$$", [3]),
    "vectors for components": ("cross-entropy-gradient", r"$$\nabla_x H = -\sum_j y_j \nabla_x \log p_j = p \sum_j y_j - y = p - y$$", [5, 1]),
    "arithmetic after the step that does the work": ("simple-regression", r"""
2. $$\sum_{i=1}^n (a x_i + b - y_i) = n a p + n (q - a p) - n q = 0$$""", [0, 2, 0]),
    "an earlier part at a value": ("bernoulli-mle", r"""
1. $$L'(p) = \sum_{i=1}^n \left(\frac{x_i}{p} - \frac{1-x_i}{1-p}\right) = \sum_{i=1}^n \frac{x_i - p}{p(1-p)} = \frac{n m - n p}{p(1-p)} = \frac{n(m-p)}{p(1-p)}$$
2. $$L'(m) = \frac{n (m-m)}{m(1-m)} = 0$$""", [3, 1, 0]),
    "in general after what was said of a value": ("bernoulli-mle", r"""
1. $$L'(p) = \frac{n m}{p} - \frac{n(1-m)}{1-p} = \frac{n m - n p}{p (1-p)} = \frac{n (m-p)}{p(1-p)}$$
2. For $p = m$ we have $$L'(m) = \frac{n \cdot 0}{m (1-m)} = 0$$
3. $$L''(p) = n \frac{-p(1-p) - (m-p)(1-2p)}{p^2(1-p)^2}$$ and so $$L''(m) = n \frac{-m(1-m)}{m^2(1-m)^2} = -\frac{n}{m(1-m)}$$""", [3, 1, 2]),
    "German": ("tanh-derivative", rf"Nach der Quotientenregel gilt $$\frac{{d}}{{dx}} \tanh(x) = {QUOTIENT}$$ und damit $$= 1 - \left(\frac{{{N}}}{{{Q}}}\right)^2 = 1 - \tanh^2(x),$$ was zu zeigen war.", [4]),
}
# fmt: on


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Marks]:
    return marks(tmp_path_factory.mktemp("attacks"), "tanh-derivative", list(ATTACKS.values()))


def marks(folder: Path, exercise: str, texts: list[str], own: str = "") -> dict[str, Marks]:
    """Text -> the least and the most that each claim gets."""
    (folder / "in").mkdir()
    for n, text in enumerate(texts):
        (folder / "in" / f"s{n:02}.md").write_text(text)
    options = Options(str(folder / "out"), folder=own, quiet=True)
    assert grade(exercise, str(folder / "in"), options) in (0, 1)
    found = {}
    for n, text in enumerate(texts):
        told = json.loads((folder / f"out/feedback/s{n:02}.json").read_text())
        claims = [c for e in told["exercises"] for c in e["claims"]]
        found[text] = [(c["least"], c["most"]) for c in claims]
    return found


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_attack_earns_nothing_for_certain(kind: str, attacks: dict[str, Marks]) -> None:
    ((least, most),) = attacks[ATTACKS[kind]]
    assert least <= most <= MOST


@pytest.mark.parametrize("kind", HONEST)
def test_a_right_solution_in_another_way_is_marked(kind: str, tmp_path: Path) -> None:
    exercise, text, least = HONEST[kind]
    (found,) = marks(tmp_path, exercise, [text]).values()
    assert all(low >= mark for (low, _), mark in zip(found, least, strict=True))


def test_an_inverse_function_is_for_a_person(tmp_path: Path) -> None:
    text = rf"Let $y = \tanh x$. Then $x = \frac{{1}}{{2}} \log\frac{{1+y}}{{1-y}}$, so $\frac{{dx}}{{dy}} = \frac{{1}}{{1-y^2}}$ and $$\frac{{dy}}{{dx}} = 1 - y^2 = {G}$$"
    (((least, most),),) = marks(tmp_path, "tanh-derivative", [text]).values()
    assert least < most == 4


# fmt: off
FOR_A_PERSON = {  # exercise, which of its claims, solution: it may be all
    "the claim, multiplied": ("variance-identities", 1, r"""
2. $$\sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2 = \sum_{i=1}^n \sum_{j=1}^n ((x_i - m) - (x_j - m))^2 = \sum_{i=1}^n \sum_{j=1}^n (x_i - m)^2 - 2 \sum_{i=1}^n (x_i - m) \sum_{j=1}^n (x_j - m) + \sum_{i=1}^n \sum_{j=1}^n (x_j - m)^2 = n \cdot n v - 0 + n \cdot n v = 2 n^2 v$$
We divide by $2 n^2$."""),
    "something inside that arithmetic does not see": ("simple-regression", 0, r"""
1. $$\frac1n \sum_{i=1}^n x_i y_i - p q = \frac1n \sum_{i=1}^n (x_i - p + p)(y_i - q + q) - p q = C + q \cdot 0 + p \cdot 0 + p q - p q = C$$"""),
    "three regions": ("huber-loss", 2, r"""
3. For $|r| < c$: $$\max(-c, \min(c, r)) = \max(-c, r) = r = h'(r)$$
For $r > c$: $$\max(-c, \min(c, r)) = \max(-c, c) = c = h'(r)$$
For $r < -c$: $$h'(r) = \frac{\partial}{\partial r} \left(-c r - \frac{c^2}{2}\right) = -c = \max(-c, r) = \max(-c, \min(c, r))$$"""),
    "from a wrong earlier part": ("ridge-gradient", 1, r"""
1. $$\frac{\partial L}{\partial w_k} = \sum_{i=1}^n r_i \frac{\partial r_i}{\partial w_k} + \lambda w_k = \sum_{i=1}^n r_i X_{ik} + \lambda w_k$$
2. $$\frac{\partial^2 L}{\partial w_k \partial w_l} = \frac{\partial}{\partial w_l}\left(\sum_{i=1}^n r_i X_{ik} + \lambda w_k\right) = -\sum_{i=1}^n X_{il} X_{ik} + \lambda \delta_{kl}$$"""),
}
# fmt: on


@pytest.mark.parametrize("kind", FOR_A_PERSON)
def test_what_may_be_all_of_it_is_for_a_person(kind: str, tmp_path: Path) -> None:
    exercise, number, text = FOR_A_PERSON[kind]
    (found,) = marks(tmp_path, exercise, [text]).values()
    least, most = found[number]
    assert least < most == 2


def test_to_restate_a_claim_for_all_components_and_for_one_shows_neither(tmp_path: Path) -> None:
    one, all_ = r"$$\frac{\partial H}{\partial x_i} = p_i - y_i$$", r"$$\nabla_x H = p - y$$"
    found = marks(tmp_path, "cross-entropy-gradient", [f"{one} {all_}", f"{all_} {one}"])
    assert list(found.values()) == [[(0, 0), (0, 0)]] * 2


def test_a_claim_that_is_used_inside_of_a_sum_is_used(tmp_path: Path) -> None:
    d = r"\frac{\partial H}{\partial x_i}"
    text = rf"$${d} = {d} \sum_k p_k = \sum_k p_k {d} = \sum_k p_k (p_i - y_i) = p_i - y_i$$"
    (((_, most), _),) = marks(tmp_path, "cross-entropy-gradient", [text]).values()
    assert most <= MOST


def test_vectors_that_nobody_can_judge_are_for_a_person(tmp_path: Path) -> None:
    text = r"With $J = \operatorname{diag}(p) - p p^\top$, $$\nabla_x H = -J \frac{y}{p} = p - y$$"
    ((component, _),) = marks(tmp_path, "cross-entropy-gradient", [text]).values()
    assert component == (0, 5)


EASIER = TWO.partition("\n## Solution")[0]
# fmt: off
FOLLOWED = [  # first part, second part, at least and at most for the second
    (r"f'(x) = 1",                    r"f''(x) = \frac{\partial}{\partial x} 1 = 0", (0, 3)),
    (r"f'(x) = e^x",                  r"f''(x) = (e^x)' = e^x", (0, 0.5)),
    (r"f'(x) = 2 x",                  r"f''(x) = (2 x)' = 2", (0, 0.5)),
    (r"f'(x) = 2 x e^x",              r"f''(x) = (2 x)' e^x = 2 e^x", (0, 0.5)),
    (r"f'(x) = 2 x e^x - x^2 e^x",    r"f''(x) = ((2 x - x^2) e^x)' = (2 - 2 x) e^x + (2 x - x^2) e^x = (2 - x^2) e^x", (3, 3)),
    (r"f'(x) = (x^2)' e^x = 2 x e^x", r"f''(x) = (2 x e^x)' = 2 e^x + 2 x e^x = (2 + 2 x) e^x", (3, 3)),
]
# fmt: on


def test_a_wrong_easier_part_does_not_earn_the_marks_of_the_hard_one(tmp_path: Path) -> None:
    (tmp_path / "two.md").write_text(EASIER)
    texts = [f"## a)\n$${first}$$\n\n## b)\n$${second}$$\n" for first, second, _ in FOLLOWED]
    found = marks(tmp_path, "two", texts, own=str(tmp_path))
    for (_, second, expected), (_, got) in zip(FOLLOWED, found.values(), strict=True):
        assert got[0] == expected[0] or got[0] <= MOST >= expected[0], second
        assert got[1] <= expected[1], second


def test_every_exercise_of_the_library_can_be_graded() -> None:
    """Also where a milestone is an equation."""
    from derive.check.exercise import parse
    from derive.check.run import check_exercise
    from derive.grade.targets import targets
    from derive.term import Relation

    for name in ("batch-norm-gradient", "simple-regression"):
        path = Path(library_folder()) / f"{name}.md"
        found = targets(check_exercise(parse(path.read_text(), name, str(path)), steps=False))
        assert any(isinstance(m, Relation) for t in found for m in t.milestones)
