"""`derive.prove`, `check`, `solve` and what `import derive` costs."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
import rich
import sympy
from sympy import Derivative, IndexedBase, KroneckerDelta, Matrix, Rational, Sum, Symbol, exp, log

import derive
from derive import Verdict, models
from derive.read import ReadError
from derive.sympy_border import NotConvertible
from derive.term import Assumption, Call, Claim, Given, Relation, term
from derive.term import Symbol as Name

x, t, a, b = sympy.symbols("x t a b")
c, positive = Symbol("c", positive=True), Symbol("u", positive=True)
i, j, k, d = sympy.symbols("i j k d")
z, y = IndexedBase("z"), IndexedBase("y")
p_i, p_j = models.softmax(z, i, d), models.softmax(z, j, d)
u = sympy.Function("u")
M = Matrix([[4, -2, 1], [3, 8, 5]])

PROVED = [
    (models.tanh(x), 2 * models.sigmoid(2 * x) - 1),
    (Derivative(sympy.tanh(x), x), 1 - sympy.tanh(x) ** 2),
    (Derivative(p_j, z[i]), p_j * (KroneckerDelta(i, j) - p_i)),
    (Derivative(models.logsumexp(z, d), z[i]), p_i),
    (models.logsoftmax(z, j, d), log(p_j)),
    (Derivative(models.gelu(x), x), models.Phi(x) + x * models.normpdf(x)),
    (Derivative(models.softplus(x), x), models.sigmoid(x)),
    (log(c**2), 2 * log(c)),
    (Sum(KroneckerDelta(i, j) * z[j], (j, 1, d)), z[i]),
    (Derivative(u(x) ** 2, x), 2 * u(x) * Derivative(u(x), x)),
    (models.norm1(z, 2), abs(z[1]) + abs(z[2])),
    (models.convolution(M, Matrix([2, 4, -1]), (1, 0)), Matrix([[13, -16, -1], [20, 28, 22]])),
    (Symbol("x_1") - x, -(x - Symbol("x_1"))),
]
REFUTED = [
    (models.tanh(x), 2 * models.sigmoid(x) - 1),
    (Derivative(p_j, z[i]), p_j * (KroneckerDelta(i, j) - p_j)),
    (log(x**2), 2 * log(x) + 1),
    (Sum(z[k], (k, 1, d)) ** 2, Sum(z[k] ** 2, (k, 1, d))),
    (x, x + Rational(1, 10**30)),
    (Symbol("x_1"), Symbol("x_2")),
]


@pytest.mark.parametrize("lhs, rhs", PROVED, ids=str)
def test_sympy_claims_are_proved(lhs, rhs):
    verdict = derive.prove(lhs, rhs)
    assert verdict.status == "proved", verdict
    assert not [n for n in verdict.needs if n.term.op != "!="]


@pytest.mark.parametrize("lhs, rhs", REFUTED, ids=str)
def test_sympy_claims_are_refuted(lhs, rhs):
    verdict = derive.prove(lhs, rhs)
    assert verdict.status == "refuted", verdict
    assert verdict.counterexample is not None


def test_a_need_makes_a_verdict_false():
    verdict = derive.prove(log(x**2), 2 * log(x))
    assert verdict.status == "proved" and not verdict
    assert [(n.term.op, n.term.left) for n in verdict.needs] == [(">", Name("x"))]
    assert derive.prove(log(positive**2), 2 * log(positive))


def test_symbols_without_assumptions_count_as_real():
    verdict = derive.prove(sympy.cosh(x), (exp(x) + exp(-x)) / 2)
    assert Assumption("real", Name("x")) in verdict.uses
    r = Symbol("r", real=True)
    assert Assumption("real", Name("r")) not in derive.prove(exp(r), exp(r)).uses


@pytest.mark.parametrize(
    "lhs, rhs",
    [
        (r"\tanh(x) = 2\sigma(2x) - 1", None),
        (r"\tanh(x)", r"2\sigma(2x) - 1"),
        (models.tanh(x), r"2\sigma(2x) - 1"),
        (r"2\sigma(2x) - 1", sympy.tanh(x)),
        (Call("tanh", (Name("x"),)), r"2\sigma(2x) - 1"),
        (Relation("=", Name("x") + Name("x"), term(2) * Name("x")), None),
        (sympy.Eq(x + x, 2 * sympy.Symbol("x"), evaluate=False), None),
        (sympy.Symbol("x_1") + 1, "1 + x_1"),
        (p_j, r"\exp(z_j) / \sum_k \exp(z_k)"),
        (term(Fraction(1, 2)), Rational(1, 2)),
    ],
    ids=str,
)
def test_sides_of_every_kind(lhs, rhs):
    assert derive.prove(lhs, rhs).status == "proved"


def test_what_is_given():
    given = [r"y \in \mathbb{R}^d", "y one-hot"]
    assert derive.prove(r"\sum_j y_j = 1", given=given)
    assert not derive.prove(r"\sum_j y_j = 1")
    one_hot = Assumption("one-hot", Name("y"))
    assert derive.prove(Sum(y[k], (k, 1, d)), 1, given=[one_hot])
    assert derive.prove(log(x**2), 2 * log(x), given="x > 0")
    assert derive.prove(r"x / x = 1", given=Given()).needs


def test_dimensions():
    assert derive.prove(r"\sum_i 1 = d", dimensions={"i": "1..d"})
    assert derive.prove(r"\sum_{i=1}^d 1 = 3").status == "refuted"
    assert derive.prove(r"\sum_{i=1}^d 1 = 3", dimensions={"d": 3})
    assert derive.prove(Sum(1, (k, 1, d)), 3, dimensions={"d": 3})
    assert derive.prove(r"W_{ij} = W_{ij}", dimensions={"W": ("c", "d")})
    with pytest.raises(ValueError, match=r'write "1\.\.d"'):
        derive.prove("x = x", dimensions={"i": "d"})


def test_what_is_no_claim():
    with pytest.raises(ValueError, match="two sides"):
        derive.prove(x)
    with pytest.raises(ValueError, match="list is neither"):
        derive.prove([1], 2)
    with pytest.raises(ReadError):
        derive.prove(r"\frac{x}{", "1")
    with pytest.raises(NotConvertible, match="gamma"):
        derive.prove(sympy.gamma(x), 1)
    with pytest.raises(NotConvertible, match="already"):
        derive.prove(sympy.Eq(x, x))


def test_several_readings(monkeypatch):
    """Proved if one reading is; refuted only if all are."""
    from derive import api
    from derive.check import readings as reading

    verdicts = {"p": Verdict("proved"), "r": Verdict("refuted"), "u": Verdict("undecided")}
    for readings, expected in (("rp", "p"), ("rup", "p"), ("ru", "u"), ("rr", "r")):
        found = [verdicts[r] for r in readings]
        claims = (Claim(Relation("=", term(1), term(1))),) * len(found)
        monkeypatch.setattr(api, "read_claim", lambda *_, claims=claims: claims)
        monkeypatch.setattr(reading, "decide", lambda *_, found=found, **__: found.pop(0))
        assert derive.prove("a = b") == verdicts[expected]


# --- exercises -----------------------------------------------------------------------------------


def test_check_by_name_path_and_text():
    by_name = derive.check("tanh-sigmoid")
    assert by_name.exit_code == 0
    path = by_name.results[0].path
    claims, solution = derive.check(path).results
    assert claims.statuses == by_name.results[0].statuses
    assert set(solution.statuses) == {"proved"} and len(solution.statuses) > 3
    with open(path, encoding="utf-8") as file:
        assert derive.check(file.read()).counts == by_name.counts
    broken = derive.check("+++\ntopic = 'a'\n+++\n")
    assert broken.exit_code == 2 and broken.results[0].findings


def test_check_a_document():
    report = derive.check("Let $a > 0$.\n\n$$\\sqrt{a^2} = a = a + 1$$\n")
    (document,) = report.documents
    assert document.statuses == ("proved", "refuted")
    assert (report.exit_code, document.findings[0].line) == (1, 3)
    assert derive.check("no formula\n").exit_code == 0


def test_solve():
    proof = derive.solve("tanh-sigmoid")
    assert isinstance(proof, derive.Proof)
    assert proof.steps
    with pytest.raises(LookupError, match="no steps"):
        derive.solve("tanh-sigmoid", "no such label")


def test_a_proof_shows_itself(capsys):
    proof = derive.solve("softmax-jacobian")
    first, *lines = str(proof).splitlines()
    assert first == "∂pⱼ/∂xᵢ" and lines[0].startswith("  = ∂/∂xᵢ [exp(xⱼ)/")
    assert lines[-1].endswith("(definition of pⱼ, pᵢ)")
    rich.print(proof)
    assert "∂/∂xᵢ [exp(xⱼ)/" in capsys.readouterr().out
    latex = proof.latex()
    assert latex.startswith(r"\begin{align*}") and latex.count("&&") == len(proof.steps)
    assert proof._repr_markdown_() == latex


def test_a_verdict_shows_itself(capsys):
    verdict = derive.prove(r"\log(ab) = \log a + \log b")
    assert str(verdict).splitlines() == ["proved", "needs a > 0", "needs b > 0"]
    rich.print(verdict)
    assert capsys.readouterr().out.startswith("proved")
    assert verdict._repr_markdown_().startswith("**proved**")


# --- names ---------------------------------------------------------------------------------------


def test_every_public_name_is_there():
    for name in derive.__all__:
        assert getattr(derive, name) is not None
    assert set(derive.__all__) <= set(dir(derive))
    assert callable(derive.check)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = derive.nothing


@pytest.mark.parametrize(
    "statement, absent",
    [
        ("import derive", ("sympy", "flint", "rich", "derive.term")),
        ("import derive; derive.prove('x + x = 2x')", ("sympy", "rich", "flint.types.nmod")),
        ("import derive; derive.Verdict", ("sympy", "flint", "rich")),
        (
            "from derive.cli.check import check; check(('tanh-derivative',))",
            ("sympy", "rich", "click", "dataclasses", "derive.read.chains"),
        ),
    ],
)
def test_nothing_heavy_is_imported(statement, absent):
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert "derive" in loaded
    assert not set(absent) & set(loaded)


@pytest.mark.parametrize("name", ["flint.nmod(8, 7)", "flint.types.fmpz.fmpz(1)"])
def test_flint_is_all_there_for_others(name):
    """The kernel imports parts of it; who imports flint gets the whole, and the same classes."""
    program = (
        "import derive; derive.prove('x + x = 2x')\n"
        f"import flint; print({name})\n"
        "from derive.prover.flint import arb; print(arb is flint.arb)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.split() == ["1", "True"], run.stderr


def test_something_else_given_is_an_error():
    with pytest.raises(TypeError, match="given: 3 is int"):
        derive.prove("x", "x", given=[3])


def test_the_version_is_there():
    assert derive.__version__[0].isdigit()
