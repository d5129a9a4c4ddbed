# ruff: noqa: E501  (the rows are a table: one rule a line, columns aligned)
"""The rules that use what is given: definitions and assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.matching import Binding, Rule, instance, match
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import (
    BigOp,
    Call,
    Cases,
    Component,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    children,
    free_names,
    replace,
    subterms,
    term,
)
from derive.vocabulary import FUNCTIONS


def unfold(t: Term, scope: Scope) -> Term | None:
    return None if name_of(t) in scope.shut else scope.unfold(t)


def unfold_foreign(t: Term, scope: Scope) -> Term | None:
    """What a name means that the other side does not have.  Where that is a number, what the name
    is made of stays for now: y = (x − μ)/s is said before s is."""
    name = name_of(t)
    if name in scope.wish.there | scope.wish.kept:
        return None
    plain = isinstance(t, (Symbol, Indexed)) and not scope.wish.there
    if plain and any(name in scope.reach(s) for s in scope.wish.here if s != name):
        return None
    return scope.unfold(t)


def unfold_function(t: Term, scope: Scope) -> Term | None:
    return unfold(t, scope) if isinstance(t, (Call, Component)) else None


def unfold_elsewhere(t: Term, scope: Scope) -> Term | None:
    """What p_j means where the other side has p_i but not p_j."""
    return None if t in scope.wish.exact else unfold(t, scope)


def unfold_met(t: Term, scope: Scope) -> Term | None:
    """What y_j means where the other side has y_i only, and has what y_j is made of: x_j."""
    if not isinstance(t, Indexed) or t in scope.wish.exact or name_of(t) not in scope.wish.there:
        return None
    meaning = unfold(t, scope)
    if meaning is None:
        return None
    parts = {s for s in subterms(meaning) if isinstance(s, Indexed) and s.name != t.name}
    return meaning if parts & scope.wish.exact else None


def recognise(t: Term, scope: Scope) -> Term | None:
    """A fraction as the name that it is the definition of, where the other side has the name."""
    found = (name for name, meaning in _quotients(t, scope) if scope.same(meaning, t))
    return next(found, None)


def as_defined(t: Term, scope: Scope) -> Term | None:
    """A fraction as a name is defined that the other side has: 1/(1 + q/p) as p/(p + q)."""
    if any(isinstance(s, BigOp) for s in subterms(t)):
        return None
    equal = scope.likeness.rationally_equal
    return next((meaning for _, meaning in _quotients(t, scope) if equal(meaning, t)), None)


def _as_defined_reason(before: Term, after: Term, scope: Scope) -> Reason:
    match before, after:
        case Div(one, _), Div(factor, _) if one == ONE:
            return ("multiply above and below by ", factor)
        case Div(factor, _), Div(one, _) if one == ONE:
            return ("divide above and below by ", factor)
    return ("expand the fraction",)


def _quotients(t: Term, scope: Scope) -> Iterator[tuple[Term, Div]]:
    """The names that the other side has and that are defined as a fraction, for the letters of a
    fraction ``t``; and these fractions."""
    if not isinstance(t, Div):
        return
    letters = free_names(t)
    for name, row in scope.given.definitions.items():
        if (
            name not in scope.wish.there
            or name in letters
            or row.parameters
            or len(row.indices) > 1
        ):
            continue
        for letter in sorted(letters & scope.given.ranges.keys()) if row.indices else ("",):
            found = Indexed(name, (Symbol(letter),)) if letter else Symbol(name)
            meaning = scope.unfold(found)
            if isinstance(meaning, Div):
                yield found, meaning


def _recognise_reason(before: Term, after: Term, scope: Scope) -> Reason:
    return ("definition of ", after)


def name_of(t: Term) -> str:
    match t:
        case Symbol(name) | Indexed(name) | Call(name) | Component(Call(name)):
            return name
    return ""


def named_sum(t: Term, scope: Scope) -> Term | None:
    """Σᵢ xᵢ is n m where m := (1/n) Σᵢ xᵢ, if the other side speaks of m."""
    root = isinstance(t, Call) and t.name == "sqrt" and isinstance(t.args[0], BigOp)
    if root:
        return named_value(t, scope)
    if not isinstance(t, BigOp):
        return None
    for name, row in scope.given.definitions.items():
        if name not in scope.wish.there | scope.wish.here or row.indices or row.parameters:
            continue
        factor, total, root = around(row.body)
        if total is not None and scope.same(total, t):
            plain: Term = Symbol(name)
            return plain ** term(2) if root else Mul((ONE / factor, plain))
    return None


def named_value(t: Term, scope: Scope) -> Term | None:
    """√(v + ε) is s, where that is how s is defined and the other side speaks of s."""
    if not isinstance(t, Call):
        return None
    for name, row in scope.given.definitions.items():
        plain = not row.indices and not row.parameters
        if plain and name in scope.wish.there | scope.wish.here and scope.same(row.body, t):
            return Symbol(name)
    return None


def around(body: Term) -> tuple[Term, BigOp | None, bool]:
    """``body`` as factor times sum, and whether it is the root of the sum."""
    match body:
        case BigOp("sum"):
            return ONE, body, False
        case Call("sqrt", (BigOp("sum") as total,), 0):
            return ONE, total, True
        case Mul(factors):
            sums = [s for s in factors if isinstance(s, BigOp)]
            rest = [s for s in factors if not isinstance(s, BigOp)]
            if len(sums) == 1 and rest:
                return rest[0] if len(rest) == 1 else Mul(tuple(rest)), sums[0], False
        case Div(BigOp("sum") as total, below):
            return ONE / below, total, False
    return ONE, None, False


def stated_total(t: Term, scope: Scope) -> Term | None:
    """A sum whose value is given: Σⱼ yⱼ = 1 for a one-hot y."""
    found = scope.total(t) if isinstance(t, BigOp) else None
    return found[0] if found else None


def stated_equation(t: Term, scope: Scope) -> Term | None:
    """The right side of a given equation, where its left side stands."""
    if isinstance(t, (Number, BigOp)):
        return None
    for relation in (*scope.shown, *scope.relations("=")):
        if relation.left == t or (isinstance(t, (Pow, Mul)) and scope.same(relation.left, t)):
            return relation.right
    return None


def shown_before(t: Term, scope: Scope) -> Term | None:
    """What an earlier claim says, at any indices; of a function's derivatives, at any place."""
    if name_of(t) in scope.shut:
        return None
    for pattern, right in scope.lemmas:
        if isinstance(pattern, BigOp):
            if scope.same(pattern, t):
                return right
        elif isinstance(pattern, Call):
            further = _differentiated(pattern, right, t, scope)
            if further is not None:
                return scope.cleared(further)
        elif type(pattern) is type(t):
            found: Binding = {}
            if match(pattern, t, found):
                return scope.cleared(instance(right, found))
    return None


def _differentiated(pattern: Call, right: Term, t: Term, scope: Scope) -> Term | None:
    """f'(a) where f'(x) = .. was shown; f''(x) as ∂/∂x of it, where x stands for itself."""
    match t:
        case Derivative(Call(name, (x,), order), variable) if x == variable:
            t = Call(name, (x,), order + 1)
    if not isinstance(t, Call) or t.name != pattern.name or not 0 < t.order >= pattern.order:
        return None
    found: Binding = {}
    if not match(replace(pattern, order=t.order), t, found):
        return None
    after = instance(right, found)
    if t.order == pattern.order:
        return after
    (x,) = t.args
    if not isinstance(x, Symbol) or x.name in scope.given.definitions:
        return None
    for _ in range(t.order - pattern.order):
        after = Derivative(after, x)
    return after


def settled_case(t: Term, scope: Scope) -> Term | None:
    """The branch of a case distinction, a maximum or |a| that a stated condition picks."""
    match t:
        case Cases(branches, otherwise):
            kept: list[tuple[Term, Term]] = []
            for value, condition in branches:
                holds = scope.holds(condition)
                if holds and not kept:
                    return value
                if holds is not False:
                    kept.append((value, condition))
            if not kept:
                return otherwise
            return Cases(tuple(kept), otherwise) if len(kept) < len(branches) else None
        case Indicator(condition):
            holds = scope.holds(condition)
            return None if holds is None else ONE if holds else ZERO
        case Call("max" | "min" as name, (a, b), 0):
            for first, second in ((a, b), (b, a)):
                if scope.holds(Relation(">=" if name == "max" else "<=", first, second)):
                    return first
        case Call("abs", (a,), 0):
            if scope.holds(Relation(">=", a, ZERO)):
                return a
            return -a if scope.holds(Relation("<=", a, ZERO)) else None
        case Call("sign", (a,), 0):
            if scope.holds(Relation(">", a, ZERO)):
                return ONE
            return -ONE if scope.holds(Relation("<", a, ZERO)) else None
    return None


def _case_reason(before: Term, after: Term, scope: Scope) -> Reason:
    """The stated condition that speaks of the same names, the last one said."""
    names = free_names(before)
    stated = [r for r in scope.relations("<", ">", "<=", ">=") if free_names(r) & names]
    return ("since ", stated[-1]) if stated else ("only one case is left",)


def in_components(t: Term, scope: Scope) -> Term | None:
    """A number made of arrays, written with their components: xᵀy is Σ xᵢyᵢ."""
    if not isinstance(t, (Mul, Component, Transpose)):
        return None
    arrays = (Symbol, Transpose, Matrix, Mul)
    if not any(isinstance(s, arrays) and scope.shape(s) for s in children(t)):
        return None
    return scope.entry(t, ()) if scope.shape(t) == () else None


def _definition_reason(before: Term, after: Term, scope: Scope) -> Reason:
    if isinstance(before, Indexed) and (row := scope.given.definitions.get(before.name)):
        if isinstance(row.body, Matrix) and not row.indices:
            return ("entries of ", Symbol(before.name))
        if len(row.indices) == len(before.indices) and not free_names(row.body) & {*row.indices}:
            return (Relation("=", Indexed(before.name, tuple(map(Symbol, row.indices))), row.body),)
    if isinstance(after, Number):
        return (Relation("=", before, after),)
    match before:
        case Component(Call() as inner, _):
            before = inner
    if isinstance(before, Call):
        row, known = scope.given.definitions.get(before.name), FUNCTIONS.get(before.name)
        names = row.parameters if row else [p.name for p in known.parameters] if known else []
        before = Call(before.name, tuple(map(Symbol, names)))
    return ("definition of ", before)


def _total_reason(before: Term, after: Term, scope: Scope) -> Reason:
    found = scope.total(before) if isinstance(before, BigOp) else None
    return (Relation("=", before, after), ",", *found[1]) if found else ("by assumption",)


def _equation_reason(before: Term, after: Term, scope: Scope) -> Reason:
    shown = any(relation.left == before for relation in scope.shown)
    return (Relation("=", before, after), ", as shown" if shown else ", as given")


def _equation_of_sum(before: Term, after: Term, scope: Scope) -> Reason:
    return (Relation("=", before, after),)


NAMES = (Symbol, Indexed, Call, Component)

# fmt: off
MEANING = (
    Rule("definition",      "definition",        unfold,          "a name -> what it means",               say=_definition_reason, at=NAMES),
    Rule("definition-foreign", "definition",     unfold_foreign,  "a name that the other side lacks -> what it means", say=_definition_reason, at=NAMES),
    Rule("definition-function", "definition",    unfold_function, "f(x) -> what it means",               say=_definition_reason, at=(Call, Component)),
    Rule("definition-elsewhere", "definition",   unfold_elsewhere, "p_j -> what it means, where the other side has only p_i", say=_definition_reason, at=NAMES),
    Rule("definition-met",  "definition",        unfold_met,      "y_j -> what it means, where the other side has x_j instead", say=_definition_reason, at=(Indexed,)),
    Rule("recognise",       "recognise",         recognise,       "the meaning of a name -> the name",    say=_recognise_reason, at=(Div,)),
    Rule("as-defined",      "expand the fraction", as_defined,    "1/(1 + q/p) -> p/(p + q), where a name is defined so", back="cancel", say=_as_defined_reason, at=(Div,)),
    Rule("named-sum",       "by definition",     named_sum,       "Σᵢ xᵢ -> n m where m = (1/n) Σᵢ xᵢ",   say=_equation_of_sum, at=(BigOp, Call)),
    Rule("named-value",     "by definition",     named_value,     "√(v + ε) -> s where s = √(v + ε)",     say=_equation_of_sum, at=(Call,)),
    Rule("components",      "in components",     in_components,   "xᵀy -> Σᵢ xᵢ yᵢ, (Wx)ᵢ -> Σₖ Wᵢₖ xₖ", at=(Mul, Component, Transpose)),
    Rule("shown",           "as shown before",   shown_before,    "the left side of an earlier claim -> its right side"),
    Rule("case",            "only one case is left", settled_case, "max(a, b) -> a where a > b is given, and the like", say=_case_reason, assumes=True, at=(Cases, Indicator, Call)),
    Rule("stated-total",    "by assumption",     stated_total,    "Σⱼ yⱼ -> 1",                            say=_total_reason,    assumes=True, at=(BigOp,)),
    Rule("stated-equation", "as given",          stated_equation, "a -> b where a = b is given",           say=_equation_reason, assumes=True),
)
# fmt: on
