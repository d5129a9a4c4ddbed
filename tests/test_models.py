"""Each model against SymPy's own functions and its own evaluation at concrete dimensions."""

from __future__ import annotations

import pytest
import sympy
from sympy import Matrix, Rational, exp, log

from derive import models
from derive.sympy_border import NotConvertible
from derive.vocabulary import ROWS

x, a, m, v = sympy.symbols("x a m v", real=True)
p, y = sympy.symbols("p y", real=True)
t = sympy.symbols("t", positive=True)
POINTS = [Rational(-7, 3), Rational(-1, 5), Rational(1, 7), Rational(1, 3), Rational(5, 2), 3]
erf_half = (1 + sympy.erf(x / sympy.sqrt(2))) / 2
normal = exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)

# fmt: off
OF_SYMPY = {  # model of x -> what SymPy calls it, or the formula written otherwise
    "exp": exp(x), "log": log(x), "sqrt": sympy.sqrt(x), "sin": sympy.sin(x), "cos": sympy.cos(x),
    "atan": sympy.atan(x), "erf": sympy.erf(x), "abs": sympy.Abs(x), "sign": sympy.sign(x),
    "sinh": sympy.sinh(x), "cosh": sympy.cosh(x), "tanh": sympy.tanh(x), "coth": sympy.coth(x),
    "sech": sympy.sech(x), "csch": sympy.csch(x), "asinh": sympy.asinh(x), "acosh": sympy.acosh(x),
    "atanh": sympy.atanh(x), "tan": sympy.tan(x), "cot": sympy.cot(x), "sec": sympy.sec(x),
    "csc": sympy.csc(x), "asin": sympy.asin(x), "acos": sympy.acos(x),
    "heaviside": sympy.Heaviside(x), "positive": sympy.Heaviside(x),
    "sigmoid": (1 + sympy.tanh(x / 2)) / 2, "logit": 2 * sympy.atanh(2 * x - 1),
    "softplus": x + log(1 + exp(-x)), "log_sigmoid": x - log(1 + exp(x)),
    "relu": (x + sympy.Abs(x)) / 2, "silu": x * (1 + sympy.tanh(x / 2)) / 2,
    "mish": x * sympy.tanh(log(1 + exp(x))), "softsign": x / (1 + sympy.Abs(x)),
    "hard_tanh": (sympy.Abs(x + 1) - sympy.Abs(x - 1)) / 2,
    "relu6": (sympy.Abs(x) - sympy.Abs(x - 6)) / 2 + 3,
    "phi": erf_half, "norm_pdf": normal, "gelu": x * erf_half,
    "log_cosh": log(sympy.cosh(x)), "hinge": (1 - x + sympy.Abs(1 - x)) / 2,
    "squared_hinge": ((1 - x + sympy.Abs(1 - x)) / 2) ** 2,
}
OF_SEVERAL = {  # model and its arguments -> the formula written otherwise
    ("max", x, a): (x + a + sympy.Abs(x - a)) / 2, ("min", x, a): (x + a - sympy.Abs(x - a)) / 2,
    ("pow", t, a): exp(a * log(t)),
    ("leaky_relu", x, a): sympy.Heaviside(x) * x + sympy.Heaviside(-x) * a * x,
    ("elu", x, a): sympy.Heaviside(x) * x + sympy.Heaviside(-x) * a * (exp(x) - 1),
    ("gaussian", x, m, t): exp(-((x - m) ** 2) / t / 2) / sympy.sqrt(2 * sympy.pi * t),
    ("huber", x, t): (x**2 - sympy.Max(0, sympy.Abs(x) - t) ** 2) / 2,
    ("squared_error", x, y): x**2 - 2 * x * y + y**2, ("absolute_error", x, y): sympy.Abs(y - x),
    ("binary_cross_entropy", t / (1 + t), y): -y * log(t / (1 + t)) + (y - 1) * log(1 / (1 + t)),
    ("kronecker", 2, 2): 1, ("kronecker", 2, 3): 0,
}
# fmt: on


@pytest.mark.parametrize("name", OF_SYMPY)
def test_model_of_one_variable(name):
    model, reference = getattr(models, name)(x), OF_SYMPY[name]
    tested = 0
    for point in POINTS:
        expected = reference.subs(x, point).evalf(30)
        if expected.is_real:
            assert abs(model.subs(x, point).evalf(30) - expected) < 1e-25
            tested += 1
    assert tested >= 2


@pytest.mark.parametrize("call", OF_SEVERAL, ids=str)
def test_model_of_several_variables(call):
    name, *args = call
    difference = getattr(models, name)(*args) - OF_SEVERAL[call]
    symbols = sorted(difference.free_symbols, key=str)
    for shift in range(3):
        at = {s: POINTS[(n + shift) % 6] for n, s in enumerate(symbols)} | {t: POINTS[shift + 2]}
        assert abs(difference.subs(at).evalf(30)) < 1e-25


SAME_BY_REWRITING = {
    "tanh": sympy.tanh, "sinh": sympy.sinh, "cosh": sympy.cosh, "coth": sympy.coth,
    "sech": sympy.sech, "csch": sympy.csch,
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_BY_REWRITING)
def test_definition_is_sympys_own(name):
    own = SAME_BY_REWRITING[name](x).rewrite(exp)
    assert sympy.simplify(getattr(models, name)(x) - own) == 0


# --- arrays of concrete dimension ----------------------------------------------------------------

z = Matrix(sympy.symbols("z1:4", real=True))
q, r, w = (Matrix(sympy.symbols(f"{name}1:4", positive=True)) for name in "qrw")
Z = sum(map(exp, z))
W, bias = Matrix(3, 2, sympy.symbols("w1:7", real=True)), Matrix(sympy.symbols("b1:4", real=True))
u = Matrix(sympy.symbols("u1:3", real=True))
scores = W * u + bias
ARRAYS = {
    "softmax": ((z, 2), exp(z[1]) / Z),
    "log_softmax": ((z, 2), z[1] - log(Z)),
    "log_sum_exp": ((z,), log(Z)),
    "log_linear": ((W, u, bias, 3), exp(scores[2]) / sum(map(exp, scores))),
    "cross_entropy": ((q, r), -sum(r[k] * log(q[k]) for k in range(3))),
    "entropy": ((q,), -sum(q[k] * log(q[k]) for k in range(3))),
    "kl": ((q, r), sum(q[k] * log(q[k] / r[k]) for k in range(3))),
    "sse": ((z, q), (z - q).dot(z - q)),
    "mse": ((z, q), (z - q).dot(z - q) / 3),
    "mean": ((z,), sum(z) / 3),
    "norm": ((z,), sympy.sqrt(z.dot(z))),
    "norm1": ((z,), sum(map(sympy.Abs, z))),
    "norm_inf": ((z,), sympy.Max(*map(sympy.Abs, z))),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_model_of_arrays_at_three_components(name):
    args, expected = ARRAYS[name]
    assert sympy.simplify(getattr(models, name)(*args) - expected) == 0


def test_every_row_is_held_against_sympy():
    tested = {*OF_SYMPY, *(name for name, *_ in OF_SEVERAL), *ARRAYS}
    assert {getattr(models, name).row.name for name in tested} == {row.name for row in ROWS}


def test_softmax_is_a_distribution():
    assert sympy.simplify(sum(models.softmax(z, j) for j in (1, 2, 3))) == 1


def test_gradients_by_sympy():
    s = [models.softmax(z, j) for j in (1, 2, 3)]
    for j in range(3):
        for i in range(3):
            closed = s[j] * (int(i == j) - s[i])
            assert sympy.simplify(s[j].diff(z[i]) - closed) == 0
        assert sympy.simplify(models.logsumexp(z).diff(z[j]) - s[j]) == 0
    one_hot = Matrix([0, 1, 0])
    loss = models.cross_entropy(Matrix(s), one_hot)
    for i in range(3):
        assert sympy.simplify(loss.diff(z[i]) - (s[i] - one_hot[i])) == 0
    assert sympy.simplify(models.softplus(x).diff(x) - models.sigmoid(x)) == 0
    assert sympy.simplify(models.tanh(x).diff(x) - (1 - models.tanh(x) ** 2)) == 0
    assert sympy.simplify(models.gelu(x).diff(x) - models.Phi(x) - x * models.normpdf(x)) == 0


# --- symbolic dimension --------------------------------------------------------------------------

d, n = sympy.Symbol("d", integer=True, positive=True), sympy.Symbol("n")
j, k, i = sympy.Symbol("j", integer=True), sympy.Symbol("k", integer=True), sympy.Symbol("i")


def test_symbolic_dimension():
    logits = sympy.IndexedBase("z", shape=(d,), real=True)
    total = sympy.Sum(exp(logits[k]), (k, 1, d))
    assert models.softmax.expr == exp(logits[j]) / total
    assert list(models.softmax.symbols) == ["z", "j", "d"]
    assert models.softmax.symbols["z"] == logits
    assert list(models.loglinear.symbols) == ["W", "x", "b", "j", "c", "d"]


def test_arguments_by_place_and_by_name():
    logits = sympy.IndexedBase("v", shape=(n,))
    expected = exp(logits[i]) / sympy.Sum(exp(logits[k]), (k, 1, n))
    assert models.softmax(logits, i) == expected  # the dimension from the shape
    assert models.softmax(z=logits, j=i, d=n) == expected
    three = models.softmax(sympy.IndexedBase("v"), i, d=3)
    assert three.has(sympy.Sum) and three.doit().atoms(sympy.Indexed) >= {
        sympy.IndexedBase("v")[c] for c in (1, 2, 3)
    }


def test_no_dummy_captures_an_argument():
    """The row sums over k; an index k and a scale k must stay free."""
    scale = sympy.Symbol("k", integer=True)
    got = models.loglinear(j=scale, d=2, c=1).doit()
    weights, inputs = models.loglinear.symbols["W"], models.loglinear.symbols["x"]
    named = {str(e) for e in got.atoms(sympy.Indexed)}
    assert {"W[k, 1]", "W[k, 2]", "x[1]", "x[2]"} <= named
    assert "W[1, 1]" in named and weights.shape and inputs.shape


def test_a_maximum_needs_a_concrete_dimension():
    with pytest.raises(NotConvertible, match="symbolic range"):
        _ = models.norm_inf.expr
    base = sympy.IndexedBase("v")
    assert models.norm_inf(base, 2) == sympy.Max(sympy.Abs(base[1]), sympy.Abs(base[2]))


def test_wrong_arguments():
    with pytest.raises(TypeError, match="softmax takes z, j, d, not q"):
        models.softmax(q=1)
    with pytest.raises(TypeError, match="tanh takes x"):
        models.tanh(1, 2)
    with pytest.raises(AttributeError, match="no model softmx; did you mean softmax"):
        _ = models.softmx


def test_names():
    assert {"tanh", "softmax", "KL"} <= set(models.names()) <= set(dir(models))
    assert models.sigmoid == models.expit == models.sigma
    assert models.leaky_relu == models.leakyrelu


# --- convolution ---------------------------------------------------------------------------------

IMAGE = Matrix([[4, -2, 1], [3, 8, 5]])


def test_convolution_of_the_class_work():
    numbers = models.convolution(IMAGE, Matrix([2, 4, -1]), (1, 0))
    assert numbers == Matrix([[13, -16, -1], [20, 28, 22]])


@pytest.mark.parametrize("order", ["row", "column"])
@pytest.mark.parametrize("of, above", [("padded", 1), ("unpadded", 0)])
def test_convolution_is_a_matrix_product(order, of, above):
    f = Matrix(sympy.symbols("f1:4"))
    image = Matrix(2, 3, sympy.symbols("x1:7"))
    weights = models.weight_matrix((2, 3), f, (1, 0), order=order, of=of)
    frame = sympy.zeros(above, 3)
    column = models.vec(Matrix.vstack(frame, image, frame), order)
    result = models.vec(models.convolution(image, f, (1, 0)), order)
    assert (weights * column).expand() == Matrix(result).expand()
