"""Pictures: their points are values of the function, their shapes are where the points are."""

from __future__ import annotations

import math
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from derive.explain.pictures import both_sides, curves, illustration, pattern
from derive.page import Curve, Curves, Pattern
from derive.prover.decide import decide
from derive.prover.refuter.evaluate import Point
from derive.read import read_claim, read_formula, read_given
from derive.render.drawing import Box, Label, Path, drawing
from derive.render.svg import svg
from derive.term import Call, Derivative, Matrix, Symbol

x = Symbol("x")
TANH = Call("tanh", (x,))


def test_a_function_with_its_derivative() -> None:
    picture = curves("x", (TANH, Derivative(TANH, x)), Fraction(-4), Fraction(4))
    first, second = picture.curves
    for a, b in first.runs[0]:
        assert b == pytest.approx(math.tanh(a))
    for a, b in second.runs[0]:
        assert b == pytest.approx(1 - math.tanh(a) ** 2)
    assert first.runs[0][0][0], first.runs[0][-1][0] == (-4, 4)


def test_a_jump_and_a_pole_are_gaps() -> None:
    relu = Call("relu", (x,))
    step = curves("x", (Derivative(relu, x),), Fraction(-2), Fraction(1)).curves[0]
    assert [{y for _, y in run} for run in step.runs] == [{0.0}, {1.0}]
    (pole,) = read_formula(r"\frac{1}{x - 0.3}")
    left, right = curves("x", (pole,), Fraction(-1), Fraction(1)).curves[0].runs
    assert left[-1][0] < 0.3 < right[0][0]
    (steep,) = read_formula(r"\tanh(50 x)")
    assert len(curves("x", (steep,), Fraction(-1), Fraction(1)).curves[0].runs) == 1


def test_where_it_is_undefined_there_is_nothing() -> None:
    (curve,) = curves("x", (Call("log", (x,)),), Fraction(-1), Fraction(1)).curves
    assert min(a for run in curve.runs for a, _ in run) > 0


def test_other_names_have_the_values_they_are_given() -> None:
    (t,) = read_formula("a x")
    at = Point(values={"a": Fraction(3)})
    assert curves("x", (t,), Fraction(0), Fraction(1), at=at).curves[0].runs[0][-1] == (1.0, 3.0)


def test_both_sides_differ_at_the_counterexample() -> None:
    claim = read_claim(r"\tanh(x) = 2\sigma(x) - 1", read_given([]))[0]
    point = decide(claim).counterexample
    assert point is not None
    picture = both_sides(claim, point)
    assert picture is not None
    assert picture.marked == float(point.values["x"])  # type: ignore[arg-type]  # a scalar
    heights = [dict(curve.runs[0])[picture.marked] for curve in picture.curves]
    assert heights == pytest.approx([float(side.split()[0]) for side in (point.lhs, point.rhs)])


def test_nothing_to_vary_is_no_picture() -> None:
    given = read_given([r"x \in \mathbb{R}^d"])
    claim = read_claim(r"\sum_{i=1}^d x_i = 0", given)[0]
    point = decide(claim).counterexample
    assert point is not None
    assert both_sides(claim, point) is None


CURVES = Curves("x", (
    Curve("f", (((-1.0, 0.0), (1.0, 2.0)),)),
    Curve("g", (((-1.0, 2.0), (0.0, 1.0)), ((0.5, 1.0), (1.0, 2.0)))),
), 0.0)  # fmt: skip


def test_curves_have_a_style_and_a_name_each() -> None:
    shapes = drawing(CURVES).shapes
    lines = [s for s in shapes if isinstance(s, Path) and s.colour >= 0]
    assert [(line.colour, line.style) for line in lines] == [
        (0, "solid"), (1, "dashed"), (1, "dashed")]  # fmt: skip
    names = [s for s in shapes if isinstance(s, Label) and s.colour >= 0]
    assert {label.words for label in names} == {"f", "g"}
    assert abs(names[0].y - names[1].y) > 12  # both end at the same height
    assert all(line.spots[0][1] > line.spots[-1][1] for line in lines[:1])  # up is up


def test_a_curve_is_cut_at_the_frame() -> None:
    flat = tuple((n / 100, 0.5 + n / 1000) for n in range(100))
    spike = Curve("s", ((*flat, (1.0, 1e6)),))
    picture = drawing(Curves("x", (spike,)))
    heights = [y for s in picture.shapes if isinstance(s, Path) for _, y in s.spots]
    assert 0 < min(heights) <= max(heights) < picture.height


@pytest.mark.parametrize("runs", [(), (((0.0, 1.0), (1.0, 1.0)),), (((2.0, 3.0), (2.0, 3.0)),)])
def test_empty_and_flat_curves_are_drawn(runs: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    assert "nan" not in svg(Curves("x", (Curve("f", runs),)))


def test_a_pattern_has_one_colour_a_weight() -> None:
    f, g, zero = read_formula("f_1")[0], read_formula("f_2")[0], read_formula("0")[0]
    found = pattern(Matrix(((f, g, zero), (zero, f, g))))
    assert found.rows == (("f₁", "f₂", ""), ("", "f₁", "f₂"))
    boxes = [s for s in drawing(found).shapes if isinstance(s, Box)]
    assert [box.colour for box in boxes] == [0, 1, 0, 1]


def test_large_patterns_have_no_names() -> None:
    shapes = drawing(Pattern((("w",) * 60,))).shapes
    assert not [s for s in shapes if isinstance(s, Label)]


@pytest.mark.parametrize("name", ["<script>", '"', "a & b", "]]>", "\x00"])
def test_svg_is_well_formed(name: str) -> None:
    for picture in (Curves(name, (Curve(name, CURVES.curves[0].runs),)), Pattern(((name,),))):
        root = ElementTree.fromstring(svg(picture, name))
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
            "svg", "polyline", "rect", "circle", "text"}  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (r"\frac{\partial \tanh(x)}{\partial x} = 1 - \tanh(x)^2", Curves),
        (r"\frac{\partial (a x)}{\partial x} = a", None),
        (r"\tanh(x) = x", None),
        (
            r"\begin{pmatrix} f & 0 & 0 & 0 & 0 \\ 0 & f & 0 & 0 & 0 \end{pmatrix} x = s",
            Pattern,
        ),
    ],
)
def test_claims_that_have_a_picture(claim: str, kind: type | None) -> None:
    figure = illustration(read_claim(claim, read_given([]))[0])
    assert (figure and type(figure.picture)) == kind


def test_a_refuted_claim_has_a_picture_in_german_too() -> None:
    claim = read_claim(r"\tanh(x) = x", read_given([]))[0]
    figure = illustration(claim, decide(claim).counterexample, "de")
    assert figure is not None and isinstance(figure.picture, Curves)
    assert [curve.label for curve in figure.picture.curves] == ["linke Seite", "rechte Seite"]
