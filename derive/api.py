"""What Python users call: SymPy expressions, LaTeX or terms in, verdicts and proofs out.

SymPy is imported only if an argument is a SymPy object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.check import check
from derive.check.readings import decided
from derive.prover.verdict import Verdict
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.read.ranges import complete
from derive.term import (
    Assumption,
    Claim,
    Given,
    Range,
    Relation,
    Term,
    replace,
    substitute,
    term,
)
from derive.term.latex import latex

if TYPE_CHECKING:
    from derive.explain.proof import Proof

Side: TypeAlias = Any  # a SymPy expression, LaTeX text, a Term or a number
Size: TypeAlias = Any  # "1..d", a tuple of sizes, or a number

__all__ = ["check", "prove", "solve"]


def prove(
    lhs: Side,
    rhs: Side = None,
    given: Given | str | Iterable[str | Assumption] = (),
    dimensions: Mapping[str, Size] | None = None,
) -> Verdict:
    """Whether ``lhs = rhs`` for every dimension and wherever both sides are defined.

    Each side is a SymPy expression, LaTeX or a Term; without ``rhs`` the first is a relation, such
    as ``"a = b"`` or a SymPy ``Eq(.., evaluate=False)``.  ``given``: declarations as in an
    exercise (``"y one-hot"``, ``"x > 0"``), Assumptions, or a Given.  ``dimensions``: for an
    index its range ("1..d"), for an array its sizes (("c", "d")), for a dimension its value (3).

    Text that can be read in several ways is proved if one reading is, refuted only if all are.
    What SymPy symbols assume counts as given; that a symbol without assumptions is real is listed
    in ``uses``.  Raises ReadError on text that is no formula, NotConvertible on a SymPy object
    that is not taken over, ValueError where there is no relation, TypeError where something else
    is given.

    >>> prove("x + x", "2x").status
    'proved'
    """
    meaning = read_given(_declared(dimensions or {}), _given(given))
    claims = _claims(lhs, rhs, meaning)
    fixed = {n: term(s) for n, s in (dimensions or {}).items() if isinstance(s, int)}
    if fixed:
        claims = tuple(_at(claim, fixed) for claim in claims)
    return _judged(claims)


def solve(name: str, label: str = "") -> Proof:
    """The textbook steps of an exercise: of its claim with this label, or of the first that has
    steps.  Raises UnknownExercise, and LookupError where there are none."""
    for claim in (claim for result in check(name).exercises for claim in result.claims):
        if label in ("", claim.label) and claim.proof is not None:
            return claim.proof
    raise LookupError(f"no steps for {name} {label}".rstrip())


# --- the claim ---------------------------------------------------------------------------------


def _claims(lhs: Side, rhs: Side, given: Given) -> tuple[Claim, ...]:
    """The readings of the claim, most plausible first."""
    if isinstance(lhs, str) and (rhs is None or isinstance(rhs, str)):
        return read_claim(lhs if rhs is None else f"{lhs} = {rhs}", given)
    if rhs is None:
        relation, given = _term(lhs, given)
        if not isinstance(relation, Relation):
            raise ValueError("a claim needs two sides, or one relation")
        return (complete(Claim(relation, given)),)
    if isinstance(lhs, str) or isinstance(rhs, str):
        # what is no text is written as text: x_1 then means the same on both sides
        left, given = _written(lhs, given)
        right, given = _written(rhs, given)
        return read_claim(f"{left} = {right}", given)
    if _is_sympy(lhs) and _is_sympy(rhs):
        from derive.sympy_border import equation

        relation, given = _term(equation(lhs, rhs), given)
        return (complete(Claim(relation, given)),)
    left_term, given = _term(lhs, given)
    right_term, given = _term(rhs, given)
    return (complete(Claim(Relation("=", left_term, right_term), given)),)


def _written(side: Side, given: Given) -> tuple[str, Given]:
    if isinstance(side, str):
        return side, given
    t, given = _term(side, given)
    return latex(t), given


def _term(side: Side, given: Given) -> tuple[Term, Given]:
    if isinstance(side, Term | int | Fraction):
        return term(side), given
    if _is_sympy(side):
        from derive.sympy_border import from_sympy

        return from_sympy(side, given)
    kind = type(side).__name__
    raise ValueError(f"{kind} is neither a SymPy expression nor LaTeX nor a Term")


def _is_sympy(side: Side) -> bool:
    # SymPy makes classes of undefined functions that name no module
    modules = (str(kind.__module__) for kind in type(side).__mro__)
    return any(module.split(".")[0] == "sympy" for module in modules)


# --- what is given -----------------------------------------------------------------------------


def _given(given: Given | str | Iterable[str | Assumption]) -> Given:
    if isinstance(given, Given):
        return given
    lines = [given] if isinstance(given, str) else list(given)
    for line in lines:
        if not isinstance(line, str | Assumption):
            kind = type(line).__name__
            raise TypeError(f"given: {line!r} is {kind}; expected text such as 'x > 0'")
    read = read_given([line for line in lines if isinstance(line, str)])
    return read.with_assumptions(*(a for a in lines if isinstance(a, Assumption)))


def _declared(dimensions: Mapping[str, Size]) -> list[str]:
    """Ranges and sizes as the lines that declare them."""
    lines: list[str] = []
    for name, size in dimensions.items():
        match size:
            case str() if ".." in size:
                lines.append(f"{name}: {size}")
            case tuple() | list():
                sizes = r" \times ".join(map(str, size))
                lines.append(rf"{name} \in \mathbb{{R}}^{{{sizes}}}")
            case int() if size > 0:
                pass  # put in place of the name once the claim is read
            case _:
                raise ValueError(f'{name} is {size!r}; write "1..d", ("c", "d") or a number')
    return lines


def _at(claim: Claim, values: Mapping[str, Term]) -> Claim:
    """The claim where these dimensions have these values."""

    def put(t: Term) -> Term:
        return substitute(t, values)

    def ranged(r: Range) -> Range:
        return Range(put(r.lower), put(r.upper))

    given = claim.given.over(put)
    fixed = given._replace(
        ranges={name: ranged(r) for name, r in given.ranges.items()},
        shapes={name: tuple(map(ranged, shape)) for name, shape in given.shapes.items()},
    )
    return replace(claim, relation=put(claim.relation), given=fixed)


# --- the verdict -------------------------------------------------------------------------------


def _judged(claims: Sequence[Claim]) -> Verdict:
    """The kernel takes every name for real; where that was not said it is listed."""
    real = tuple(a for claim in claims for a in claim.given.assumptions if a.kind == "real")
    verdict = decided(claims).verdict
    return replace(verdict, uses=verdict.uses + tuple(dict.fromkeys(real)))
