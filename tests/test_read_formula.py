"""How formulas are read: each row is what a person types and its readings, written back.

The writer brackets whatever could be misread, so the right column shows the structure.
"""

# ruff: noqa: E501  (rows of tables stay on one line)

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.read import Names, read_formula
from derive.term import (
    BigOp,
    Call,
    Component,
    Derivative,
    Div,
    Indexed,
    Number,
    Span,
    Symbol,
    Term,
    alpha_equal,
    subterms,
    term,
)
from derive.term.latex import latex

# fmt: off
READINGS: list[tuple[str, str, tuple[str, ...]]] = [
    # derivatives
    ("operand in numerator", r"\frac{\partial \tanh(u)}{\partial u}",  (r"\frac{\partial \tanh(u)}{\partial u}",)),
    ("operand after",        r"\frac{\partial}{\partial u} \frac{e^u}{e^u + 1}", (r"\frac{\partial}{\partial u} \left(\frac{e^{u}}{e^{u} + 1}\right)",)),
    ("sign in numerator",    r"\frac{\partial - \sum_{k=1}^c q_k \log r_k}{\partial z_i}", (r"\frac{\partial}{\partial z_i} \left(-\sum_{k=1}^{c} q_k \log(r_k)\right)",)),
    ("d over dx",            r"\frac{d}{dt} t^3",                      (r"\frac{\partial}{\partial t} (t^{3})",)),
    ("upright d",            r"\frac{\mathrm{d} y}{\mathrm{d} t}",     (r"\frac{\partial y}{\partial t}",)),
    ("dy over dx",           r"\frac{dy}{dt}",                         (r"\frac{\partial y}{\partial t}",)),
    ("d is a dimension",     r"\frac{d}{d + 2}",                       (r"\frac{d}{d + 2}",)),
    ("on the line",          r"d/dt \tanh(t)",                         (r"\frac{\partial \tanh(t)}{\partial t}",)),
    ("partial on the line",  r"\partial L/\partial w_i (1 - y)",       (r"\frac{\partial L}{\partial w_i} (1 - y)",)),
    ("mixed",                r"\frac{\partial^2 f}{\partial x_i \partial x_j}", (r"\frac{\partial^2 f}{\partial x_i \partial x_j}",)),
    ("pure",                 r"\frac{d^2}{dt^2} g(t)",                 (r"\frac{\partial^2 g(t)}{\partial t^2}",)),
    ("of a sum",             r"\frac{\partial}{\partial v} Mv + b",    (r"\frac{\partial}{\partial v} (M v) + b", r"\frac{\partial}{\partial v} (M v + b)")),
    ("before brackets",      r"\frac{d}{dt} (t^2 + 1) \cdot 5",        (r"\left(\frac{\partial}{\partial t} (t^{2} + 1)\right) \cdot 5", r"\frac{\partial}{\partial t} ((t^{2} + 1) \cdot 5)")),
    ("chain rule",           r"\frac{\partial}{\partial z} \tanh(z) \cdot \frac{\partial z}{\partial w}", (r"\frac{\partial}{\partial z} \left(\tanh(z) \frac{\partial z}{\partial w}\right)", r"\frac{\partial \tanh(z)}{\partial z} \frac{\partial z}{\partial w}")),
    ("low variable",         r"\partial_t f",                          (r"\frac{\partial f}{\partial t}",)),
    ("gradient",             r"\nabla_{\theta} L",                     (r"\frac{\partial L}{\partial \theta}",)),
    ("prime on brackets",    r"\left(\frac{1}{1 + t}\right)'",         (r"\frac{\partial}{\partial t} \left(\frac{1}{1 + t}\right)",)),
    # fractions and slashes
    ("tight arguments",      r"\frac12 u",                             (r"\frac{1}{2} u",)),
    ("letters as arguments", r"\frac\alpha\beta u",                    (r"\frac{\alpha}{\beta} u",)),
    ("slash",                r"a b / c d",                             (r"\frac{a b}{c} d",)),
    ("slash and tight",      r"1/2u",                                  (r"\frac{1}{2} u", r"\frac{1}{2 u}")),
    ("slashes",              r"a/b/c",                                 (r"\frac{\frac{a}{b}}{c}",)),
    # sums
    ("index occurs later",   r"\sum_{k=1}^d y_k \delta_{ik} - y_k r_i", (r"\sum_{k=1}^{d} (y_k \delta_{ik} - y_k r_i)",)),
    ("ambiguous end",        r"\sum_k a_k b_k + c",                    (r"\sum_{k} a_k b_k + c", r"\sum_{k} (a_k b_k + c)")),
    ("occurs, then not",     r"\sum_k a_k + b_k + c",                  (r"\sum_{k} (a_k + b_k) + c", r"\sum_{k} (a_k + b_k + c)")),
    ("outer index later",    r"\sum_{i=1}^n \sum_{k=1}^m a_{ik} + b_i", (r"\sum_{i=1}^{n} \left(\sum_{k=1}^{m} a_{ik} + b_i\right)",)),
    ("inner index later",    r"\sum_{i=1}^n \sum_{k=1}^m a_{ik} + b_k", (r"\sum_{i=1}^{n} \sum_{k=1}^{m} (a_{ik} + b_k)",)),
    ("bound again later",    r"\sum_k a_k + \sum_k b_k",               (r"\sum_{k} a_k + \sum_{k} b_k",)),
    ("in brackets",          r"(\sum_k a_k) + b",                      (r"\sum_{k} a_k + b",)),
    ("product goes on",      r"\sum_k a_k \sum_l b_l c_k",             (r"\sum_{k} a_k \sum_{l} b_l c_k",)),
    ("sign in body",         r"\sum_k -a_k b",                         (r"\sum_{k} (-a_k b)",)),
    ("two indices",          r"\sum_{i,k=1}^n a_{ik}",                 (r"\sum_{i=1}^{n} \sum_{k=1}^{n} a_{ik}",)),
    ("unequal",              r"\sum_{k \neq i} a_{ik}",                (r"\sum_{k \ne i} a_{ik}", r"\sum_{k} \sum_{i, k \ne i} a_{ik}")),
    ("unequal to one",       r"\sum_{k \neq i} a_k",                   (r"\sum_{k \ne i} a_k",)),
    ("inequalities",         r"\sum_{1 \le i < k \le n} a_{ik}",       (r"\sum_{i=1}^{n} \sum_{k=1, i < k}^{n} a_{ik}",)),
    ("between",              r"\sum_{0 < k < n} a_k",                  (r"\sum_{k=0 + 1}^{n - 1} a_k",)),
    ("bounds and unequal",   r"\sum_{k=1, k\ne i}^n a_k",              (r"\sum_{k=1, k \ne i}^{n} a_k",)),
    ("double inequality",    r"\sum_{1 \le k \le n} a_k",              (r"\sum_{k=1}^{n} a_k",)),
    ("bounds reversed",      r"\sum\limits^{n}_{k = 0} a_k",           (r"\sum_{k=0}^{n} a_k",)),
    ("unnamed index",        r"\sum a_k b_k",                          (r"\sum_{k} a_k b_k",)),
    ("lower bound alone",    r"\sum_{k=1} a_k",                        (r"\sum_{k} a_k",)),
    ("product",              r"\prod_{k=1}^n p_k^{y_k}",               (r"\prod_{k=1}^{n} p_k^{y_k}",)),
    ("maximum over index",   r"\max_k x_k",                            (r"\max_{k} x_k",)),
    ("maximum of two",       r"\max\{0, u\}",                          (r"\max(0, u)",)),
    ("maximum of three",     r"\max(a, b, c)",                         (r"\max(a, \max(b, c))",)),
    ("dots",                 r"a_1 + a_2 + \dots + a_n",               (r"\sum_{k=1}^{n} a_k",)),
    ("dots in a product",    r"a_1 b_2 \cdots",                        ()),
    # functions
    ("no parentheses",       r"\log r_k",                              (r"\log(r_k)",)),
    ("then a factor",        r"\log r_k y_k",                          (r"\log(r_k) y_k", r"\log(r_k y_k)")),
    ("greedy after number",  r"\log 2\pi s",                           (r"\log(2 \pi s)", r"\log(2 \pi) s")),
    ("function ends it",     r"\log a \exp b",                         (r"\log(a) \exp(b)",)),
    ("of a sum",             r"\log \sum_k e^{x_k} + b",               (r"\log\left(\sum_{k} e^{x_k}\right) + b",)),
    ("power of function",    r"\tanh^2 u",                             (r"\tanh(u)^{2}",)),
    ("power of call",        r"\tanh(u)^2",                            (r"\tanh(u)^{2}",)),
    ("inverse or reciprocal", r"\tanh^{-1}(u)",                        ()),
    ("prime",                r"\sigma'(2u)",                           (r"\sigma'(2 u)",)),
    ("order",                r"f^{(2)}(t)",                            (r"f''(t)",)),
    ("typed plainly",        r"softmax(z)_k",                          (r"\operatorname{softmax}(z)_{k}",)),
    ("index on the name",    r"\operatorname{softmax}_k(z)",           (r"\operatorname{softmax}(z)_{k}",)),
    ("text round a call",    r"\text{softmax(z)}_k",                   (r"\operatorname{softmax}(z)_{k}",)),
    ("unknown word",         r"CE(y, p)",                              (r"\operatorname{CE}(y, p)",)),
    ("base of log",          r"\log_2 u",                              (r"\frac{\log(u)}{\log(2)}",)),
    ("braces",               r"\exp\left\{-u\right\}",                 (r"\exp(-u)",)),
    ("root",                 r"\sqrt[3]{u}",                           (r"u^{\frac{1}{3}}",)),
    ("divergence",           r"D_{KL}(p \,\|\, q)",                    (r"\operatorname{KL}(p, q)",)),
    ("divergence, typed",    r"KL(p || q)",                            (r"\operatorname{KL}(p, q)",)),
    ("parameter left out",   r"\operatorname{ELU}(u)",                 (r"\operatorname{ELU}(u, \alpha)",)),
    # call or product
    ("occurs alone too",     r"u(1 - u)",                              (r"u (1 - u)",)),
    ("indexed",              r"p_k(\delta_{ik} - p_i)",                (r"p_k (\delta_{ik} - p_i)",)),
    ("function letter",      r"f(u + 1)",                              (r"f(u + 1)",)),
    ("compound argument",    r"a(b + c)",                              (r"a (b + c)",)),
    ("one name inside",      r"y(t)",                                  (r"y(t)", r"y t")),
    ("sigmoid",              r"\sigma(u)(1 - \sigma(u))",              (r"\sigma(u) (1 - \sigma(u))",)),
    ("deviation",            r"\sigma(u - \mu) + \sigma^2",            (r"\sigma \cdot (u - \mu) + \sigma^{2}", r"\sigma(u - \mu) + \sigma^{2}")),
    ("two arguments",        r"w(a, b)",                               (r"\operatorname{w}(a, b)".replace(r"\operatorname{w}", "w"),)),
    ("semicolon",            r"L(\theta; u)",                          (r"L(\theta, u)",)),
    ("subscripted function", r"h_\theta(u)",                           (r"h_{\theta}(u)",)),
    ("probability",          r"P(Y = k \mid X = u)",                   (r"P(Y = k \mid X = u)",)),
    ("probability, bar",     r"P(Y=1|X=u)",                            (r"P(Y = 1 \mid X = u)",)),
    ("density",              r"p(u|\mu, s)",                           (r"p(u \mid \mu, s)",)),
    # names and indices
    ("two indices low",      r"W_{jk}",                                (r"W_{jk}",)),
    ("letter and number",    r"w_{j1}",                                (r"w_{j,1}",)),
    ("number",               r"x_{10}",                                (r"x_{10}",)),
    ("shifted",              r"x_{i+1, j}",                            (r"x_{i + 1,j}",)),
    ("word",                 r"x_{max}",                               (r"x_{\mathrm{max}}",)),
    ("text below",           r"L_{\text{CE}}",                         (r"L_{\mathrm{CE}}",)),
    ("word and index",       r"w_{\text{out},j}",                      (r"w_{\mathrm{out},j}",)),
    ("word of index letters", r"W_{in}",                               (r"W_{\mathrm{in}}",)),
    ("they are indices here", r"\sum_{i,n} W_{in}",                    (r"\sum_{i} \sum_{n} W_{i,n}",)),
    ("superscript index",    r"x^{(i)}_j",                             (r"x_j^{(i)}",)),
    ("layer",                r"z^{[l-1]}",                             (r"z^{[l - 1]}",)),
    ("power in brackets",    r"p^{(1-y)}",                             (r"p^{1 - y}",)),
    ("hat",                  r"\hat y_i",                              (r"\hat{y}_i",)),
    ("hat over index",       r"\hat{y_i}",                             (r"\hat{y}_i",)),
    ("bold dropped",         r"\mathbf{w}_j^\top \boldsymbol{x}",      (r"w_j^\top x",)),
    ("script letter",        r"\mathcal{L}",                           (r"\mathcal{L}",)),
    ("transpose T",          r"W^T v",                                 (r"W^\top v",)),
    ("T is a bound",         r"\sum_{t=1}^T a^T",                      (r"\sum_{t=1}^{T} a^{{T}}",)),
    ("star",                 r"\theta^* + \theta",                     (r"\theta^{*} + \theta",)),
    ("index of index",       r"p_{y_i}",                               (r"p_{y_i}",)),
    ("delta",                r"\delta_{ij}",                           (r"\delta_{ij}",)),
    ("delta, typed",         "δ_ij",                                   (r"\delta_{ij}",)),
    ("delta of a layer",     r"\delta^{(l)}_j",                        (r"\delta_j^{(l)}",)),
    # bars, indicators, cases, arrays
    ("absolute value",       r"2|u||v|",                               (r"2 \left| u \right| \left| v \right|",)),
    ("norm squared",         r"\|v\|_2^2",                             (r"\left\| v \right\|^{2}",)),
    ("norm, scripts turned", r"\|v\|^2_2",                             (r"\left\| v \right\|^{2}",)),
    ("norm typed",           r"||v||_1",                               (r"\left\| v \right\|_1",)),
    ("indicator",            r"\mathbf 1\{u > 0\}",                    (r"\mathbb{1}_{u > 0}",)),
    ("indicator, low",       r"\mathbb{1}_{[y = k]}",                  (r"\mathbb{1}_{y = k}",)),
    ("Iverson",              r"[i = j]",                               (r"\mathbb{1}_{i = j}",)),
    ("cases",                r"\begin{cases} u, & \text{if } u > 0, \\ 0, & \text{otherwise}. \end{cases}", (r"\begin{cases} u & u > 0 \\ 0 & \text{otherwise} \end{cases}",)),
    ("cases in German",      r"\begin{cases} u & \text{für } u > 0 \\ 0 & \text{sonst.} \end{cases}", (r"\begin{cases} u & u > 0 \\ 0 & \text{otherwise} \end{cases}",)),
    ("cases in TeX's German", r"\begin{cases} u & \text{f\"ur } u > 0 \\ 0 & \text{andernfalls} \end{cases}", (r"\begin{cases} u & u > 0 \\ 0 & \text{otherwise} \end{cases}",)),
    ("cases by hand",        r"\left\{ \begin{array}{ll} u & 0 < u < 1 \\ 0 & u \le 0 \end{array} \right.", (r"\begin{cases} u & 0 < u, u < 1 \\ 0 & u \le 0 \end{cases}",)),
    ("matrix",               r"\begin{bmatrix} 1 & a \\ b & 2 \end{bmatrix}", (r"\begin{pmatrix} 1 & a \\ b & 2 \end{pmatrix}",)),
    ("rows differ",          r"\begin{bmatrix} 1 & a \\ b \end{bmatrix}", ()),
    ("vector on the line",   r"(a, b)^\top",                           (r"\begin{pmatrix} a & b \end{pmatrix}^\top",)),
    ("dots between numbers", r"\begin{pmatrix} x_1 \\ \vdots \\ x_4 \end{pmatrix}", (r"\begin{pmatrix} x_1 \\ x_2 \\ x_3 \\ x_4 \end{pmatrix}",)),
    ("unclear dots",         r"\begin{pmatrix} x_2 \\ x_2 \\ \vdots \\ x_n \end{pmatrix}", (r"\begin{pmatrix} x_2 \\ x_2 \\ \dots \\ x_n \end{pmatrix}",)),
    ("vec",                  r"\text{vec} \begin{bmatrix} \begin{pmatrix} a & b \end{pmatrix} \end{bmatrix}", (r"\operatorname{vec}\left(\begin{pmatrix} a & b \end{pmatrix}\right)",)),
    ("elementwise",          r"W^T \delta \odot \tanh'(z)",            (r"(W^\top \delta) \odot \tanh'(z)",)),
    ("inner product",        r"\langle a, b \rangle",                  (r"a^\top b",)),
    # signs
    ("minus twice",          r"a - -b",                                (r"a - (-b)",)),
    ("minus after times",    r"a \cdot -b \cdot c",                    (r"a (-b) c",)),
    ("minus and power",      r"-u^2",                                  (r"-u^{2}",)),
    ("exponent without braces", r"e^-u",                               (r"e^{-u}",)),
    ("parentheses for braces", r"e^(-u^2) + x^(i)",                    (r"e^{-u^{2}} + x^{(i)}",)),
    ("stars",                r"2*u**2",                                (r"2 u^{2}",)),
    ("factorial",            r"n! \binom{n}{k}",                       (r"n! \binom{n}{k}",)),
    # characters, layout, macros
    ("Unicode",              "σ(u)·(1 − σ(u))",                        (r"\sigma(u) (1 - \sigma(u))",)),
    ("Unicode scripts",      "∑_{j=1}^{n} xⱼ² ≤"[:-2],                 (r"\sum_{j=1}^{n} x_j^{2}",)),
    ("Unicode sum",          "Σ_j x_j",                                (r"\sum_{j} x_j",)),
    ("Unicode accents",      "x̂ + ŷ",                                  (r"\hat{x} + \hat{y}",)),
    ("Unicode derivative",   "∂f/∂t",                                  (r"\frac{\partial f}{\partial t}",)),
    ("math letters",         "𝑥 + ½",                                  (r"x + \frac{1}{2}",)),
    ("layout",               r"\displaystyle \left( a \, + \; b \right) \tag{3}", (r"a + b",)),
    ("coloured",             r"\textcolor{red}{a + b}",                (r"a + b",)),
    ("brace below",          r"\underbrace{a b}_{\text{small}} c",     (r"(a b) c",)),
    ("macro",                r"\newcommand{\sq}[1]{(#1)^2} \sq{u + 1}", (r"(u + 1)^{2}",)),
    ("macro with default",   r"\newcommand{\pw}[2][2]{#2^{#1}} \pw{u} + \pw[3]{u}", (r"u^{2} + u^{3}",)),
    ("operator declared",    r"\DeclareMathOperator{\sm}{softmax} \sm(z)_k", (r"\operatorname{softmax}(z)_{k}",)),
    ("aligned",              r"\begin{aligned} a &+ b \\ &- c \end{aligned}", (r"a + b - c",)),
]
# fmt: on


@pytest.mark.parametrize(
    ("text", "written"), [(t, w) for _, t, w in READINGS], ids=[name for name, _, _ in READINGS]
)
def test_readings(text: str, written: tuple[str, ...]) -> None:
    if not written:
        from derive.read import ReadError

        with pytest.raises(ReadError):
            read_formula(text)
        return
    assert tuple(map(latex, read_formula(text))) == written


def test_what_a_name_is_can_be_declared() -> None:
    called = Names(functions={"w": ()})
    product = Names(ranks={"f": 0, r"\delta": 2, r"\sigma": 0})
    u = Symbol("u")
    assert read_formula("w(u + 1)", called) == (Call("w", (u + 1,)),)
    assert read_formula("f(u)", product) == (Symbol("f") * u,)
    assert read_formula(r"\sigma(u)", product) == (Symbol(r"\sigma") * u,)
    assert isinstance(read_formula("f(u, u)", product)[0], Call)  # nothing else it could be
    i, j = Symbol("i"), Symbol("j")
    assert read_formula(r"\delta_{ij}", product) == (Indexed(r"\delta", (i, j)),)


def test_no_index_or_parameter_is_lost_in_the_name_of_a_function() -> None:
    """Differentiating by θ, or summing over i, must see them."""
    theta, i, y, u = (Symbol(n) for n in (r"\theta", "i", "y", "u"))
    assert read_formula(r"h_\theta(u)") == (Call(r"h_{\cdot}(\cdot)", (theta, u)),)
    conditional = r"p_{\cdot}(\cdot \mid \cdot)"
    assert read_formula(r"p_\theta(y | u)") == (Call(conditional, (theta, y, u)),)
    assert read_formula("f_i(u)")[0] == Component(Call("f", (u,)), (i,))
    family = r"P(Y_{\cdot} = \cdot \mid X = \cdot)"
    assert read_formula(r"P(Y_i = y \mid X = u)") == (Call(family, (i, y, u)),)
    declared = Names(functions={r"h_{\theta}": ("u",)})
    assert read_formula(r"h_\theta(u)", declared) == (Call(r"h_{\theta}", (u,)),)


def test_a_declared_function_without_arguments_has_its_own() -> None:
    names = Names(functions={"H": ("p", "y")})
    p, y = Symbol("p"), Symbol("y")
    assert read_formula(r"\frac{\partial H}{\partial p}", names) == (
        Derivative(Call("H", (p, y)), p),
    )


def test_a_declared_function_that_is_a_word_needs_no_parentheses() -> None:
    names = Names(functions={"tanh": ("u",)})
    u, tanh = Symbol("u"), Call("tanh", (Symbol("u"),))
    assert read_formula(r"1 - \tanh^2 u", names) == read_formula(r"1 - \tanh(u)^2", names)
    assert read_formula(r"\tanh\frac{u}{2}", names) == (Call("tanh", (Div(u, term(2)),)),)
    assert read_formula(r"1 - \tanh", names) == (1 - tanh,)


def test_a_dot_between_declared_vectors_is_their_inner_product() -> None:
    names = Names(ranks={"u": 1, "v": 1, "W": 2, "a": 0})
    assert latex(read_formula(r"u \cdot v", names)[0]) == r"u^\top v"
    assert latex(read_formula(r"a \cdot v", names)[0]) == "a v"
    assert latex(read_formula(r"W \cdot v", names)[0]) == "W v"


def test_digits_below_a_matrix_are_indices() -> None:
    one, two = Number(Fraction(1)), Number(Fraction(2))
    assert read_formula("x_{12}", Names(ranks={"x": 2})) == (Indexed("x", (one, two)),)
    assert read_formula("x_{12}") == (Indexed("x", (Number(Fraction(12)),)),)


def test_a_free_index_may_be_meant_where_it_is_declared() -> None:
    names = Names(indices=frozenset({"k"}))
    assert len(read_formula(r"\sum_k a_k + b_k", names)) == 2


def test_the_same_name_is_not_read_in_two_ways() -> None:
    for t in read_formula("y(t) + y(s)"):
        called = [s for s in subterms(t) if isinstance(s, Call)]
        assert len(called) in (0, 2)


def test_at_most_eight_readings() -> None:
    many = " + ".join(rf"\sum_{i} a_{i} + b" for i in "ijklmn")
    found = read_formula(many)
    assert len(found) == 8
    assert len(set(found)) == 8


def test_spans_are_places_in_the_text() -> None:
    text = r"  a + \frac{\tanh(u)}{c_1}"
    (t,) = read_formula(text)
    places = {latex(s): text[s.span.start : s.span.end] for s in subterms(t) if s.span}
    assert places["a"] == "a"
    assert places[r"\tanh(u)"] == r"\tanh(u)"
    assert places[r"\frac{\tanh(u)}{c_1}"] == r"\frac{\tanh(u)}{c_1}"
    assert places["c_1"] == "c_1"
    assert all(s.span is not None for s in subterms(t))


def test_a_macro_has_the_span_of_its_call() -> None:
    text = r"\newcommand{\half}{\frac{1}{2}} u + \half"
    (t,) = read_formula(text)
    half = next(s for s in subterms(t) if latex(s) == r"\frac{1}{2}")
    assert half.span == Span(text.rindex(r"\half"), len(text))


def test_sums_may_share_an_index_name() -> None:
    (t,) = read_formula(r"\sum_j a_j + \sum_j b_j")
    sums: list[Term] = [s for s in subterms(t) if isinstance(s, BigOp)]
    assert len(sums) == 2
    assert not alpha_equal(sums[0], sums[1])
