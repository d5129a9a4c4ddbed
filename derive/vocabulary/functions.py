# ruff: noqa: E501  (the rows are a table: one function a line, columns aligned)
"""The functions of machine learning, each defined once.

A row is read from left to right: name, notations, parameters, definition, then what holds of it.
A notation stands here only if it is unmistakable: ``H``, ``L``, ``\\phi``, ``\\operatorname{CE}``
mean too many things (cross-entropy is written with the target first and with the target last), so
a text that uses them has to define them.  ``\\mathrm``, ``\\text`` and names typed without a
backslash are the reader's business; each notation is listed once, as ``\\operatorname``.

Throughout: x, y are scalars, z a vector of logits, p a prediction or distribution, q another
distribution, y a target where it stands beside p; j is the component, k and l are summed over.

Sources: DLMF is the NIST Digital Library of Mathematical Functions (dlmf.nist.gov); B is Bishop,
Pattern Recognition and Machine Learning (2006); G is Goodfellow, Bengio, Courville, Deep Learning
(2016); CT is Cover and Thomas, Elements of Information Theory (2006).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.term import BigOp, Call, Cases, Delta, Indexed, Number, Relation, Symbol, Term
from derive.vocabulary.table import Function, Parameter


def apply(name: str, *args: Term) -> Call:
    return Call(name, args)


def total(body: Term, index: str = "k", upper: str = "d") -> BigOp:
    """Sum of ``body`` over 1..d."""
    return BigOp("sum", index, one, Symbol(upper), body)


def at(name: str, *indices: str) -> Indexed:
    return Indexed(name, tuple(map(Symbol, indices)))


def when(value: Term, op: str, left: Term, right: Term) -> tuple[Term, Relation]:
    """A branch of a case distinction."""
    return value, Relation(op, left, right)


def name_of(*variants: str) -> tuple[str, ...]:
    return tuple(rf"\operatorname{{{variant}}}" for variant in variants)


zero, one, two = (Number(Fraction(n)) for n in range(3))
six, half = Number(Fraction(6)), Number(Fraction(1, 2))
x, y, a, d, p, mu, v, alpha, delta, pi = map(
    Symbol, ("x", "y", "a", "d", "p", r"\mu", "v", r"\alpha", r"\delta", r"\pi")
)
i, j = Symbol("i"), Symbol("j")

exp_x, exp_minus = apply("exp", x), apply("exp", -x)
sinh_x, cosh_x = exp_x - exp_minus, exp_x + exp_minus  # twice of each
Phi = half * (one + apply("erf", x / apply("sqrt", two)))
margin = apply("max", zero, one - x)
score_j = total(at("W", "j", "k") * at("x", "k")) + at("b", "j")
score_l = total(at("W", "l", "k") * at("x", "k")) + at("b", "l")

X, Y, A, ALPHA, P = (
    Parameter("x"),
    Parameter("y"),
    Parameter("a"),
    Parameter(r"\alpha"),
    Parameter("p"),
)
ROW, COLUMN, MU, V, DELTA = (
    Parameter("i"),
    Parameter("j"),
    Parameter(r"\mu"),
    Parameter("v"),
    Parameter(r"\delta"),
)
Xd, Yd, Zd, Pd, Qd = (Parameter(name, "d") for name in "xyzpq")
LINEAR = (Parameter("W", "c", "d"), Parameter("x", "d"), Parameter("b", "c"))

# fmt: off
# What the kernel itself knows: differentiation, normal form and ball arithmetic are written for these.
PRIMITIVES = (
    Function("exp",  (r"\exp",),                      (X,),   None, range="> 0",                                source="DLMF 4.2"),
    Function("log",  (r"\log", r"\ln"),               (X,),   None, domain="x > 0",                             source="DLMF 4.2"),
    Function("sqrt", (r"\sqrt",),                     (X,),   None, domain=r"x \ge 0", range=r"\ge 0", kinks="x = 0"),
    Function("sin",  (r"\sin",),                      (X,),   None, range=r"\in [-1, 1]",                       source="DLMF 4.14"),
    Function("cos",  (r"\cos",),                      (X,),   None, range=r"\in [-1, 1]",                       source="DLMF 4.14"),
    Function("atan", (r"\arctan", *name_of("atan")),  (X,),   None, range=r"\in (-\pi/2, \pi/2)",               source="DLMF 4.23"),
    Function("erf",  name_of("erf"),                  (X,),   None, range=r"\in (-1, 1)",                       source="DLMF 7.2.1"),
    Function("abs",  name_of("abs"),                  (X,),   None, range=r"\ge 0", kinks="x = 0"),
    Function("sign", name_of("sign", "sgn"),          (X,),   None, range=r"\in [-1, 1]", kinks="x = 0"),
    Function("max",  (r"\max",),                      (X, Y), None, kinks="x = y"),
    Function("min",  (r"\min",),                      (X, Y), None, kinks="x = y"),
)

ELEMENTARY = (
    Function("pow",    name_of("pow"),                             (X, A), x ** a,                                               domain="x > 0", range="> 0", source="DLMF 4.2.26"),
    Function("sinh",   (r"\sinh",),                                (X,),   sinh_x / two,                                         source="DLMF 4.28"),
    Function("cosh",   (r"\cosh",),                                (X,),   cosh_x / two,                                         range=r"\ge 1", source="DLMF 4.28"),
    Function("tanh",   (r"\tanh",),                                (X,),   sinh_x / cosh_x,                                      range=r"\in (-1, 1)", source="DLMF 4.28"),
    Function("coth",   (r"\coth",),                                (X,),   cosh_x / sinh_x,                                      domain=r"x \ne 0", source="DLMF 4.28"),
    Function("sech",   name_of("sech"),                            (X,),   two / cosh_x,                                         range=r"\in (0, 1]", source="DLMF 4.28"),
    Function("csch",   name_of("csch"),                            (X,),   two / sinh_x,                                         domain=r"x \ne 0", source="DLMF 4.28"),
    Function("asinh",  name_of("arsinh", "asinh", "arcsinh"),      (X,),   apply("log", x + apply("sqrt", x ** two + one)),      source="DLMF 4.37.16"),
    Function("acosh",  name_of("arcosh", "acosh", "arccosh"),      (X,),   apply("log", x + apply("sqrt", x ** two - one)),      domain=r"x \ge 1", range=r"\ge 0", kinks="x = 1", source="DLMF 4.37.19"),
    Function("atanh",  name_of("artanh", "atanh", "arctanh"),      (X,),   half * apply("log", (one + x) / (one - x)),           domain=r"x \in (-1, 1)", source="DLMF 4.37.24"),
    Function("tan",    (r"\tan",),                                 (X,),   apply("sin", x) / apply("cos", x),                    domain=r"\cos(x) \ne 0", source="DLMF 4.14"),
    Function("cot",    (r"\cot",),                                 (X,),   apply("cos", x) / apply("sin", x),                    domain=r"\sin(x) \ne 0", source="DLMF 4.14"),
    Function("sec",    (r"\sec",),                                 (X,),   one / apply("cos", x),                                domain=r"\cos(x) \ne 0", source="DLMF 4.14"),
    Function("csc",    (r"\csc",),                                 (X,),   one / apply("sin", x),                                domain=r"\sin(x) \ne 0", source="DLMF 4.14"),
    Function("asin",   (r"\arcsin", *name_of("asin")),             (X,),   apply("atan", x / apply("sqrt", one - x ** two)),     domain=r"x \in (-1, 1)", range=r"\in (-\pi/2, \pi/2)", source="DLMF 4.23"),
    Function("acos",   (r"\arccos", *name_of("acos")),             (X,),   pi / two - apply("asin", x),                          domain=r"x \in (-1, 1)", range=r"\in (0, \pi)", source="DLMF 4.23.16"),
    # undefined at 0, where authors differ (0, 1/2 or 1)
    Function("heaviside", name_of("heaviside", "Heaviside"),       (X,),   Cases((when(one, ">", x, zero), when(zero, "<", x, zero))), domain=r"x \ne 0", range=r"\in [0, 1]", kinks="x = 0", source="DLMF 1.16.13"),
    Function("positive", name_of("positive"),                      (X,),   Cases((when(one, ">", x, zero),), zero),              range=r"\in [0, 1]", kinks="x = 0", source="the indicator of x > 0"),
    Function("kronecker", name_of("kronecker"),                    (ROW, COLUMN), Delta(i, j),                                          range=r"\in [0, 1]", source="DLMF, Introduction"),
)

ACTIVATIONS = (
    Function("sigma",      (r"\sigma", *name_of("sigmoid", "Sigmoid", "logistic", "expit")), (X,), one / (one + exp_minus),      range=r"\in (0, 1)", source="B (4.59)"),
    Function("logit",      name_of("logit"),                             (P,),       apply("log", p / (one - p)),               domain=r"p \in (0, 1)", source="B (4.61)"),
    Function("softplus",   name_of("softplus", "Softplus", "SoftPlus"),  (X,),       apply("log", one + exp_x),                 range="> 0", source="G (3.31)"),
    Function("logsigmoid", name_of("logsigmoid", "LogSigmoid"),          (X,),       -apply("log", one + exp_minus),            range="< 0"),
    Function("relu",       name_of("ReLU", "relu", "Relu", "RELU"),      (X,),       apply("max", zero, x),                     range=r"\ge 0", kinks="x = 0", source="G (6.3)"),
    Function("leakyrelu",  name_of("LeakyReLU", "leakyrelu", "LReLU"),   (X, ALPHA), Cases((when(x, ">", x, zero),), alpha * x), kinks="x = 0", source="Maas, Hannun, Ng 2013"),
    Function("elu",        name_of("ELU", "elu"),                        (X, ALPHA), Cases((when(x, ">", x, zero),), alpha * (exp_x - one)), kinks="x = 0", source="Clevert, Unterthiner, Hochreiter 2016, (15)"),
    Function("swish",      name_of("swish", "Swish", "SiLU", "silu"),    (X,),       x * apply("sigma", x),                     source="Ramachandran, Zoph, Le 2017; Hendrycks, Gimpel 2016"),
    Function("mish",       name_of("mish", "Mish"),                      (X,),       x * apply("tanh", apply("softplus", x)),   source="Misra 2020"),
    Function("softsign",   name_of("softsign", "Softsign"),              (X,),       x / (one + apply("abs", x)),               range=r"\in (-1, 1)", source="Glorot, Bengio 2010"),
    Function("hardtanh",   name_of("hardtanh", "Hardtanh", "HardTanh"),  (X,),       apply("max", -one, apply("min", one, x)),  range=r"\in [-1, 1]", kinks=r"x = -1 \text{ or } x = 1", source="G 6.3.3"),
    Function("relusix",    name_of("ReLU6", "relu6"),                    (X,),       apply("min", six, apply("max", zero, x)),  range=r"\in [0, 6]", kinks=r"x = 0 \text{ or } x = 6"),
    Function("Phi",        (r"\Phi", *name_of("normcdf")),               (X,),       Phi,                                       range=r"\in (0, 1)", source="DLMF 7.20"),
    Function("normpdf",    name_of("normpdf"),                           (X,),       apply("exp", -(x ** two / two)) / apply("sqrt", two * pi), range="> 0", source="B (1.46)"),
    Function("gelu",       name_of("GELU", "gelu", "GeLU"),              (X,),       x * Phi,                                   source="Hendrycks, Gimpel 2016, section 2"),
    Function("gaussian",   (r"\mathcal{N}", *name_of("gaussian")),       (X, MU, V), apply("exp", -((x - mu) ** two / (two * v))) / apply("sqrt", two * pi * v), domain="v > 0", range="> 0", source="B (1.46), v is the variance"),
)

LOSSES = (
    Function("logcosh",       name_of("logcosh", "LogCosh"),             (X,),       apply("log", apply("cosh", x)),            range=r"\ge 0"),
    Function("hinge",         name_of("hinge"),                          (X,),       margin,                                    range=r"\ge 0", kinks="x = 1", source="B (7.44), x is the margin"),
    Function("squaredhinge",  name_of("squaredhinge"),                   (X,),       margin ** two,                             range=r"\ge 0", source="the square of hinge"),
    Function("huber",         name_of("huber", "Huber"),                 (X, DELTA), Cases((when(x ** two / two, "<=", apply("abs", x), delta),), delta * (apply("abs", x) - delta / two)), domain=r"\delta > 0", range=r"\ge 0", source="Huber 1964"),
    Function("squarederror",  name_of("squarederror"),                   (X, Y),     (x - y) ** two,                            range=r"\ge 0", source="B (1.87)"),
    Function("absoluteerror", name_of("absoluteerror"),                  (X, Y),     apply("abs", x - y),                       range=r"\ge 0", kinks="x = y"),
    # prediction first, then target, as in H(p, y); too many write it the other way round for a short notation
    Function("binarycrossentropy", name_of("binarycrossentropy"),        (P, Y),     -(y * apply("log", p) + (one - y) * apply("log", one - p)), domain=r"p \in (0, 1)", source="B (4.90), prediction first"),
)

VECTORS = (
    Function("softmax",      name_of("softmax", "Softmax", "SoftMax"),       (Zd,),    apply("exp", at("z", "j")) / total(apply("exp", at("z", "k"))),       component="j", range=r"\in (0, 1]", source="B (4.62)"),
    Function("logsumexp",    name_of("logsumexp", "LSE", "LogSumExp", "lse"), (Zd,),   apply("log", total(apply("exp", at("z", "k")))),                      source="G (6.31)"),
    Function("logsoftmax",   name_of("logsoftmax", "LogSoftmax"),            (Zd,),    at("z", "j") - apply("log", total(apply("exp", at("z", "k")))),       component="j", range=r"\le 0", source="G (6.30)"),
    Function("loglinear",    name_of("loglinear"),                           LINEAR,   apply("exp", score_j) / total(apply("exp", score_l), "l", "c"),        component="j", range=r"\in (0, 1]", source="B (4.104)"),
    Function("crossentropy", name_of("crossentropy"),                        (Pd, Yd), -total(at("y", "k") * apply("log", at("p", "k"))),                    domain="p_k > 0", source="B (4.108), prediction first"),
    Function("entropy",      name_of("entropy"),                             (Pd,),    -total(at("p", "k") * apply("log", at("p", "k"))),                    domain="p_k > 0", source="CT (2.1), in nats"),
    Function("KL",           (*name_of("KL"), "D_{KL}"),                     (Pd, Qd), total(at("p", "k") * apply("log", at("p", "k") / at("q", "k"))),      domain=r"p_k > 0 \text{ and } q_k > 0", source="CT (2.26), in nats"),
    Function("SSE",          name_of("SSE"),                                 (Xd, Yd), total((at("x", "k") - at("y", "k")) ** two),                          range=r"\ge 0", source="B (1.2) without the factor 1/2"),
    Function("MSE",          name_of("MSE"),                                 (Xd, Yd), one / d * total((at("x", "k") - at("y", "k")) ** two),                range=r"\ge 0", source="G (5.4)"),
    Function("mean",         name_of("mean"),                                (Xd,),    one / d * total(at("x", "k"))),
    Function("norm",         name_of("norm"),                                (Xd,),    apply("sqrt", total(at("x", "k") ** two)),                            range=r"\ge 0", kinks="x = 0", source="G (2.30), p = 2"),
    Function("norm1",        name_of("normone"),                             (Xd,),    total(apply("abs", at("x", "k"))),                                    range=r"\ge 0", kinks="x_k = 0", source="G (2.31)"),
    Function("norminf",      name_of("normmax"),                             (Xd,),    BigOp("max", "k", one, d, apply("abs", at("x", "k"))),                range=r"\ge 0", kinks=r"|x_k| = |x_l| \text{ maximal}", source="G (2.32)"),
)
# fmt: on

ROWS: tuple[Function, ...] = PRIMITIVES + ELEMENTARY + ACTIVATIONS + LOSSES + VECTORS
FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in ROWS})
