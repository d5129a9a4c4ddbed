# ruff: noqa: E501  (the patterns are tables: one claim a line)
"""Random claims whose truth is known: true by construction, or true ones with one mistake put in.

A family is a kind of mathematics.  Some are random terms rewritten by laws (rewrites.py), some are
patterns that every textbook states, filled with random terms and then rewritten.  A claim follows
from its family and its seed alone.

Throughout: ``m`` is a maker of random terms, a draft is a claim before its names are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import NamedTuple

from calculus import ONE, OUTER, TWO, ZERO, NoRule, call, differentiated
from inverses import INVERTIBLE, OF_THE_UNIT, orthogonal
from inverses import laws as inverse_laws
from inverses import traps as inverses_traps
from mutations import RANGES, mutated
from orders import true_orders, wrong_orders
from random_terms import FREE_INDICES, KINDS, POSITIVE, SHAPES, Maker, at, number
from rewrites import LAWS, SUMS, Law, rewritten
from traps import of_complex_numbers, rows, wrong

from derive.term import (
    Assumption,
    BigOp,
    Call,
    Claim,
    Component,
    Definition,
    Delta,
    Derivative,
    Given,
    Indicator,
    Mul,
    Range,
    Relation,
    Symbol,
    Term,
    Transpose,
    free_names,
    replace,
    substitute,
)


class Case(NamedTuple):
    """``mistake``: which mistake was put in ("" if none: the claim is true).  ``needs``: names
    that a need must speak of if the claim is proved.  ``certain``: a healthy kernel proves it."""

    family: str
    seed: int
    claim: Claim
    mistake: str = ""
    needs: tuple[str, ...] = ()
    certain: bool = False


class Draft(NamedTuple):
    """``certain``: a pattern that the kernel is known to prove without needs."""

    left: Term
    right: Term
    op: str = "="
    definitions: tuple[Definition, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    needs: tuple[str, ...] = ()
    laws: tuple[Law, ...] = ()
    certain: bool = False
    mistake: str = ""


x, y, z, a, b, d, c = map(Symbol, "xyzabdc")
U, V, W, A = map(Symbol, "uvWA")
i, j, r, k, ell = map(Symbol, "ijrkl")
u_i, u_j, v_i, s_i = at("u", "i"), at("u", "j"), at("v", "i"), at("s", "i")


def mean_of(m: Maker, body: Term, index: str = "k", dimension: str = "d") -> Term:
    return m.total(body, index, dimension) / m.sizes[dimension]


# --- random terms, rewritten ---------------------------------------------------------------------

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "exponentials": ("exp", "log", "tanh", "sigma", "softplus", "cosh", "exp"),
    "roots": ("sqrt", "sqrt", "log", "abs"),
    "pieces": ("abs", "max", "min", "relu"),
    "waves": ("sin", "cos"),
}


def start(family: str, m: Maker) -> Term:
    depth = m.random.choice((1, 2, 2, 3))
    scope = FREE_INDICES if m.random.random() < 0.4 else {}
    match family:
        case "algebra":
            return m.algebra(depth, scope)
        case "sums":
            return m.sums(depth, FREE_INDICES)
        case "boundaries":
            return m.sum_over(1, FREE_INDICES)
        case "deltas":
            return m.deltas(depth, FREE_INDICES)
        case "products":
            inner = {**FREE_INDICES, "k": "d"}
            body = m.random.choice(
                (at("s", "k"), at("u", "k"), call("exp", at("v", "k")), a * at("s", "k"))
            )
            product = BigOp(
                "prod", "k", m.first, m.last("d"), m.random.choice((body, body * m.leaf(inner)))
            )
            return m.random.choice((product, product * m.leaf({}), call("log", product)))
        case "derivatives":
            whole = m.differentiable(depth, scope)
            inside = [s for s in (x, y, a) if s.name in free_names(whole)]
            return Derivative(whole if inside else whole * x, m.random.choice(inside or [x]))
        case "gradients":
            return m.gradient(FREE_INDICES)
    return m.function(depth, scope, FUNCTIONS[family])


def free_draft(family: str, m: Maker) -> Draft:
    t = start(family, m)
    laws, steps = LAWS[family], m.random.choice((1, 2, 2, 3))
    left = t
    if isinstance(t, Derivative) and m.random.random() < 0.7:
        with suppress(NoRule):
            t = differentiated(t.body, t.variable)
    return Draft(left, rewritten(t, laws, steps, m, FREE_INDICES))


# --- patterns ------------------------------------------------------------------------------------


def closed_forms(m: Maker) -> Draft:
    """Telescoping, geometric and power sums; products of constants."""
    n = m.sizes["d"]
    q = m.random.choice((x, a, TWO * a, x / TWO))
    one_k = m.random.choice((k, k + ONE))
    pairs = (
        (BigOp("sum", "k", ONE, n - ONE, at("u", k + ONE) - at("u", "k")), at("u", n) - at("u", ONE)),
        (BigOp("sum", "k", ZERO, n, q**k), (q ** (n + ONE) - ONE) / (q - ONE)),
        (BigOp("sum", "k", ONE, n, q**k), q * (q**n - ONE) / (q - ONE)),
        (BigOp("sum", "k", ZERO, n - ONE, a * q**k), a * (ONE - q**n) / (ONE - q)),
        (m.total(k, "k", "d"), n * (n + ONE) / TWO),
        (m.total(k**2, "k", "d"), n * (n + ONE) * (TWO * n + ONE) / number(6)),
        (m.total(k**3, "k", "d"), (n * (n + ONE) / TWO) ** 2),
        (m.total(x * one_k, "k", "d"), x * (n * (n + ONE) / TWO) + (ZERO if one_k is k else x * n)),
        (BigOp("prod", "k", ONE, n, q), q**n),
        (BigOp("prod", "k", ONE, n, call("exp", k * x)), call("exp", x * n * (n + ONE) / TWO)),
    )  # fmt: skip
    return Draft(*m.random.choice(pairs))


def softmaxes(m: Maker) -> Draft:
    """softmax, log-sum-exp and their derivatives, as vocabulary, as definitions and written out."""
    total = m.total(call("exp", at("u", "k")), "k", "d")
    written = call("exp", at("u", "j")) / total
    p = Definition("p", written, ("j",))
    p_i, p_j, p_k = at("p", "i"), at("p", "j"), at("p", "k")
    lse, soft_i = call("logsumexp", U), Component(call("softmax", U), (i,))
    loss = -m.total(at("t", "k") * call("log", p_k), "k", "d")
    entropy = -m.total(p_k * call("log", p_k), "k", "d")
    shifted = call("exp", u_i + x) / m.total(call("exp", at("u", "k") + x), "k", "d")
    pairs: tuple[tuple[Term, Term], ...] = (
        (Derivative(p_j, u_i), p_j * (Delta(i, j) - p_i)),
        (Derivative(written, u_i), at("p", "j") * (Delta(i, j) - p_i)),
        (Derivative(call("log", p_j), u_i), Delta(i, j) - p_i),
        (Derivative(loss, u_i), p_i - at("t", "i")),
        (m.total(p_k, "k", "d"), ONE),
        (Derivative(lse, u_i), soft_i),
        (Derivative(Derivative(lse, u_i), u_j), p_i * Delta(i, j) - p_i * p_j),
        (call("log", soft_i), u_i - lse),
        (shifted, soft_i),
        (Component(call("logsoftmax", U), (i,)), u_i - call("log", total)),
        (Derivative(entropy, u_i), -p_i * (call("log", p_i) + entropy)),
        (Derivative(m.total(p_k**2, "k", "d"), at("p", "i")), TWO * p_i),
        (Derivative(p_j * x + p_i, p_j) * written, (x + Delta(i, j)) * p_j),
        (Derivative(p_i**2, p_i) * total, TWO * call("exp", u_i)),
        (entropy, call("log", total) - m.total(p_k * at("u", "k"), "k", "d")),
        (m.total(Delta(k, j) * p_k, "k", "d"), written),
        (m.total(p_k * at("t", "k"), "k", "d") * at("t", "i"), at("t", "i") * p_i),
        (at("t", "i") * call("log", m.total(at("t", "k") * p_k, "k", "d")), at("t", "i") * call("log", p_i)),
    )  # fmt: skip
    return Draft(*m.random.choice(pairs), definitions=(p,), certain=True)


def double_sums(m: Maker) -> Draft:
    """Two or three indices: symmetric, antisymmetric, of different ranges."""

    def both(body: Term, first: str = "d", second: str = "d") -> Term:
        return m.total(m.total(body, "l", second), "k", first)

    u_k, u_l, v_k, v_l = at("u", "k"), at("u", "l"), at("v", "k"), at("v", "l")
    gap, n = u_k - u_l, m.sizes["d"]
    square, product = ONE + gap**2, m.random.choice((u_k, at("s", "k"), v_k**2))
    mixed = m.random.choice(
        (ONE / (k + TWO * ell), call("exp", -(k * ell**2)), call("atan", k - ell))
    )
    pairs: tuple[tuple[Term, Term], ...] = (
        (both(call("atan", gap)), ZERO),
        (both(v_k * call("atan", gap)), -both(v_k * call("atan", u_l - u_k))),
        (both(v_k * call("erf", gap)), both(v_l * call("erf", u_l - u_k))),
        (both(gap**2), TWO * n * m.total(u_k**2, "k", "d") - TWO * m.total(u_k, "k", "d") ** 2),
        (both(gap / square), ZERO),
        (both(call("abs", gap) * v_l), both(call("abs", u_l - u_k) * v_l)),
        (both(at("A", "k", "l") * u_k * v_l), both(at("A", "l", "k") * v_k * u_l)),
        (both(mixed, "d", "c"), m.total(m.total(mixed, "k", "d"), "l", "c")),
        (both(at("w", "l") * product, "d", "c"), m.total(product, "k", "d") * m.total(at("w", "k"), "k", "c")),
        (both(v_k / square), both(v_l / square)),
        (m.total(ONE / ((u_k + ONE) * (u_k + TWO)), "k", "d"),
         m.total(ONE / (u_k + ONE), "k", "d") - m.total(ONE / (u_k + TWO), "k", "d")),
        (call("exp", x / (x + ONE)) * call("exp", ONE / (x + ONE)), Symbol("e")),
        (m.total(at("q", "k"), "k", "d") * m.total(at("w", "k"), "k", "c"), m.total(at("w", "l"), "l", "c")),
        (m.total(at("t", "k") * at("o", "k"), "k", "d") * at("t", "i"), at("t", "i") * at("o", "i")),
        (both(at("t", "k") * at("o", "l") * at("A", "k", "l")), both(at("o", "k") * at("t", "l") * at("A", "l", "k"))),
    )  # fmt: skip
    return Draft(*m.random.choice(pairs))


def ranges(m: Maker) -> Draft:
    """What depends on the range being the right one."""

    def total(body: Term) -> Term:
        return m.total(body, "k", "d")

    n = m.sizes["d"]
    factor = m.random.choice((x, call("exp", x), a * x))
    rows: tuple[tuple[Term, Term], ...] = (
        (total(Delta(k, i) * factor), factor),
        (total(Delta(i, k) * k**2 * factor), i**2 * factor),
        (m.total(total(Delta(k, ell) * k * ell), "l", "d"), total(k**2)),
        (total(at("q", "k")) * factor, factor),
        (total(at("t", "k") * factor), factor),
        (total(factor), factor * n),
        (total(at("t", "k") * at("u", "k")) * at("t", "i"), u_i * at("t", "i")),
        (BigOp("prod", "k", m.first, m.last("d"), a * x), (a * x) ** n),
    )
    return Draft(*m.random.choice(rows))


def definitions(m: Maker) -> Draft:
    """Functions with parameters, networks, names that a derivative takes as independent."""
    scope = {"k": "d"}
    body = substitute(m.differentiable(2, {}), {"y": z})  # y is what f is applied to
    f = Definition("f", body, parameters=("x",))
    h = Definition("h", m.total(at("W", "r", "k") * at("u", "k"), "k", "d") + at("w", "r"), ("r",))
    h_r, g = at("h", "r"), m.random.choice(("tanh", "sigma", "softplus", "exp"))
    error = Definition("E", m.total(call(g, at("h", "l")), "l", "c") / TWO)
    try:
        slope, again = differentiated(body, x), call(g, x)
        outer = differentiated(again, x)
    except NoRule:
        return definitions(m)
    at_h = substitute(outer, {"x": h_r})
    point = m.random.choice((y, TWO * y, y + ONE))
    pairs: tuple[tuple[Term, Term], ...] = (
        (Derivative(call("f", x), x), slope),
        (Call("f", (point,), 1), substitute(slope, {"x": point})),
        (Derivative(call("f", point), y), Call("f", (point,), 1) * (TWO if point == TWO * y else ONE)),
        (call("f", y) + x, substitute(body, {"x": y}) + x),
        (Derivative(Symbol("E"), h_r), at_h / TWO),
        (Derivative(Symbol("E"), at("u", "i")), m.total(substitute(at_h, {"r": ell}) * at("W", "l", "i"), "l", "c") / TWO),
        (Derivative(Symbol("E"), at("W", "r", "i")), at_h * at("u", "i") / TWO),
        (Derivative(h_r, at("W", "r", "i")), at("u", "i")),
        (Derivative(h_r * x, x) - h_r, number(0) * m.component({**scope, **FREE_INDICES}, "uv")),
    )  # fmt: skip
    return Draft(*m.random.choice(pairs), definitions=(f, h, error))


def arrays(m: Maker) -> Draft:
    """Vectors and matrices, whole and by component."""
    pairs: tuple[tuple[Term, Term], ...] = (
        (Component(Mul((W, U)), (r,)), m.total(at("W", "r", "k") * at("u", "k"), "k", "d")),
        (Mul((A, U + V)), Mul((A, U)) + Mul((A, V))),
        (Mul((Transpose(U), V)), m.total(at("u", "l") * at("v", "l"), "l", "d")),
        (Mul((Transpose(U), A, V)), Mul((Transpose(V), Transpose(A), U))),
        (Derivative(Mul((Transpose(U), A, U)), U), Mul((A + Transpose(A), U))),
        (Derivative(Mul((Transpose(U), V)), u_i), v_i),
        (Component(x * U - V, (i,)), x * u_i - v_i),
        (Transpose(Transpose(A)), A),
        (call("norm", U) ** 2, Mul((Transpose(U), U))),
        (Mul((Transpose(Mul((W, U))), Mul((W, U)))), Mul((Transpose(U), Transpose(W), W, U))),
    )
    return Draft(*m.random.choice(pairs), certain=True)


def chain_rule(m: Maker) -> Draft:
    """One function of every kind inside another; sums and products over an index."""
    inner = m.random.choice((x**2 + a, a * x + b, x * y, call("exp", x) + ONE, b / x, x))
    body: Term = call(m.random.choice(tuple(OUTER)), inner)
    u_k = at("u", "k")
    draw = m.random.random()
    if draw < 0.2:
        body = body**3 / inner
    elif draw < 0.4:
        body = body * call("erf", y * x)
    elif draw < 0.6:
        factor = m.random.choice((x + u_k**2, call("exp", x * u_k), call("sigma", x - u_k)))
        body = BigOp("prod", "k", ONE, m.sizes["d"], factor) * y
    elif draw < 0.8:
        body = call("log", m.total(call("cosh", u_k * x), "k", "d")) - m.total(x * u_k, "k", "d")
    return Draft(Derivative(body, x), differentiated(body, x))


def conditions(m: Maker) -> Draft:
    """True only under a condition that nobody stated: it must be among the needs."""
    total = m.total(at("u", "k"), "k", "d")
    t = m.random.choice((x, u_i, x * y, y, total))
    s = m.random.choice((z, v_i, z + ONE))
    names = tuple(sorted(free_names(t) - {"i", "d"}))
    both = tuple(sorted(set(names) | (free_names(s) - {"i"})))
    rows: tuple[tuple[Term, Term, tuple[str, ...]], ...] = (
        (t / t, ONE, names),
        (t**2 / t, t, names),
        (t * t**-1 * z, z, names),
        (call("exp", call("log", t)), t, names),
        (call("log", t * s), call("log", t) + call("log", s), both),
        (call("log", t**2), TWO * call("log", t), names),
        (call("sqrt", t) ** 2, t, names),
        (call("sqrt", t) * call("sqrt", s), call("sqrt", t * s), both),
        (call("sqrt", t**2) / t, t / call("sqrt", t**2), names),
        (total / total, ONE, ("u",)),
        (ONE / (t - s) + ONE / (s - t), ZERO, both),
        (call("log", t / s), call("log", t) - call("log", s), both),
        (m.total(at("u", "k") / at("u", "k"), "k", "d"), m.sizes["d"], ("u",)),
        (Derivative(call("log", t), x), Derivative(t, x) / t, names),
        (call("abs", t) / t, t / call("abs", t), names),
        (t / (t * s), ONE / s, both),
    )
    n = m.random.randrange(len(rows)) if m.random.random() < 0.7 else m.random.randrange(3)
    left, right, needs = rows[n]
    nonnegative = Assumption("relation", Relation(">=", t, ZERO))  # too weak to divide by it
    stated = (nonnegative,) if n < 3 and m.random.random() < 0.5 else ()
    return Draft(left, right, needs=needs, assumptions=stated)


def orders(m: Maker) -> Draft:
    """Inequalities that positivity and tangents show, see orders.py."""
    if m.random.random() < 0.06:
        return Draft(*m.random.choice(wrong_orders(m)), mistake="from the start")
    return Draft(*m.random.choice(true_orders(m)))


def stated(m: Maker) -> Draft:
    """Claims that hold by a relation that is stated."""
    hypothesis: Callable[[str, Term, Term], Assumption] = lambda op, s, t: Assumption(  # noqa: E731
        "relation", Relation(op, s, t)
    )
    total = m.total(at("u", "k"), "k", "d")
    t = m.algebra(1, {})
    if m.random.random() < 0.06:
        whole = m.random.choice((TWO**z, z + ONE, z**2 + z + ONE))
        return Draft(whole * t**2, t**2, ">=", assumptions=(Assumption("natural", z),))
    rows: tuple[tuple[Term, Term, Assumption], ...] = (
        (call("sqrt", x**2), x, hypothesis(">=", x, ZERO)),
        (call("abs", x), -x, hypothesis("<=", x, ZERO)),
        (t * total, t, hypothesis("=", total, ONE)),
        (at("A", "i", "j") * Delta(i, j), ZERO * t, hypothesis("!=", i, j)),
        (Delta(i, j) * t + u_i, t + u_j, hypothesis("=", i, j)),
        (call("relu", x) * t, x * t, hypothesis(">", x, ZERO)),
        (Derivative(call("relu", x), x), ZERO, hypothesis("<", x, ZERO)),
        (y * t, x**2 * t + t, hypothesis("=", y, x**2 + ONE)),
        (Indicator(Relation(">", x, y)) * t, t, hypothesis(">", x, y)),
        (call("log", x * y), call("log", x) + call("log", y), hypothesis(">", x, ZERO)),
        (call("max", x, y), x, hypothesis(">=", x, y)),
        (at("t", "i") * t, ZERO, hypothesis("!=", m.total(k * at("t", "k"), "k", "d"), i)),
        (m.total(at("q", "k"), "k", "d") * t, t, hypothesis(">", x, ZERO)),
        (call("sqrt", total**2) / t, total / t, hypothesis(">=", total, ZERO)),
    )
    left, right, assumption = m.random.choice(rows)
    return Draft(left, right, assumptions=(assumption,))


def traps(m: Maker) -> Draft:
    """What once was proved or refuted and should not have been, see traps.py."""
    luck = m.random.random()
    if luck < 0.15:
        return Draft(*wrong(m), mistake="from the start")
    found = of_complex_numbers(m) if luck < 0.25 else rows(m)
    left, right, needs, relations, defined = m.random.choice(found)
    assumptions = tuple(
        Assumption("relation", s) if isinstance(s, Relation) else s for s in relations
    )
    return Draft(left, right, needs=needs, assumptions=assumptions, definitions=defined)


def inverses(m: Maker) -> Draft:
    """Inverses and determinants of matrices, see inverses.py."""
    unit = (OF_THE_UNIT,)
    if m.random.random() < 0.04:
        left, right, defined, given = orthogonal()
        return Draft(
            left, right, definitions=(*unit, *defined), assumptions=given, mistake="from the start"
        )
    if m.random.random() < 0.25:
        left, right, defined = m.random.choice(inverses_traps())
        return Draft(left, right, definitions=(*unit, *defined), mistake="from the start")
    stated = (INVERTIBLE,) if m.random.random() < 0.2 else ()
    return Draft(*m.random.choice(inverse_laws(m)), definitions=unit, assumptions=stated)


PATTERNS: Mapping[str, Callable[[Maker], Draft]] = {
    "closed forms": closed_forms,
    "softmax": softmaxes,
    "double sums": double_sums,
    "ranges": ranges,
    "definitions": definitions,
    "chain rule": chain_rule,
    "arrays": arrays,
    "conditions": conditions,
    "orders": orders,
    "stated": stated,
    "traps": traps,
    "inverses": inverses,
}
FAMILIES = (*LAWS, *PATTERNS)
FROM_ZERO = ("ranges", "sums", "boundaries", "deltas", "products", "gradients", "softmax")
OF_ARRAYS = (
    "arrays",
    "inverses",
)  # sums in their components are the kernel's: a size may be called like one of its dummies
REWRITABLE = ("chain rule", "closed forms", "softmax", "double sums", "definitions", "stated")


# --- cases ---------------------------------------------------------------------------------------


def case(family: str, seed: int) -> Case:
    """The claim of this family and seed: half of them true, half of them with a mistake."""
    random = Random(f"{family} {seed}")
    concrete = random.random() < 0.15
    sizes: dict[str, Term] = {"d": d, "c": c}
    if family in OF_ARRAYS:
        sizes["d"] = Symbol(random.choice(("d", "k", "k'")))
    if concrete:
        sizes = {"d": number(random.choice((1, 2, 3))), "c": number(random.choice((2, 4)))}
    from_zero = family in FROM_ZERO and random.random() < 0.1
    m = Maker(random, sizes, ZERO if from_zero else ONE)
    draft = PATTERNS[family](m) if family in PATTERNS else free_draft(family, m)
    if family in REWRITABLE and random.random() < 0.5:
        right = rewritten(
            draft.right, SUMS + LAWS["algebra"], random.choice((1, 2)), m, FREE_INDICES
        )
        draft = replace(draft, right=right, certain=False)
    mistake = draft.mistake
    needs = draft.needs
    if random.random() < 0.5:
        needs, only = (), (RANGES if family == "ranges" else ())
        if random.random() < 0.5:
            left, mistake = mutated(draft.left, m, FREE_INDICES, only)
            draft = replace(draft, left=left)
        else:
            right, mistake = mutated(draft.right, m, FREE_INDICES, only)
            draft = replace(draft, right=right)
    given = declared(draft, m)
    if random.random() < 0.06 and given.assumptions:
        lost = random.randrange(len(given.assumptions))
        rest = given.assumptions[:lost] + given.assumptions[lost + 1 :]
        given, mistake, needs = replace(given, assumptions=rest), mistake or "assumption", ()
    claim = Claim(Relation(draft.op, draft.left, draft.right), given)
    return Case(
        family,
        seed,
        claim,
        mistake,
        needs,
        draft.certain and not mistake and not concrete and not from_zero,
    )


def declared(draft: Draft, m: Maker) -> Given:
    """What the draft's names mean."""
    terms = [draft.left, draft.right, *(s.term for s in draft.assumptions)]
    used = set[str]().union(*map(free_names, terms))
    meant: dict[str, Definition] = {}
    for definition in reversed(draft.definitions):  # a later one may use an earlier one
        if definition.name in used:
            meant[definition.name] = definition
            used |= free_names(definition.body)
    own = {name: Range(m.first, m.last(dimension)) for name, dimension in FREE_INDICES.items()}
    shapes = {
        n: tuple(Range(m.first, m.last(s)) for s in shape)
        for n, shape in SHAPES.items()
        if n in used
    }
    shapes |= {n: tuple(own[i] for i in t.indices) for n, t in meant.items() if t.indices}
    assumptions = list(draft.assumptions)
    for name in POSITIVE:
        if name in used:
            assumed = Symbol(name) if name not in SHAPES else at(name, "i")
            assumptions.append(Assumption("relation", Relation(">", assumed, ZERO)))
    assumptions += [Assumption(kind, Symbol(n)) for n, kind in KINDS.items() if n in used]
    return Given(own, shapes, meant, tuple(assumptions))


__all__ = ["FAMILIES", "Case", "case"]
