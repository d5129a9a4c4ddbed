"""From rules to lines: a move applies rows of the table all over a term and tidies.

What one line may do at once is decided here: the rules say what is allowed, this says how much of
it a reader takes in one glance.

Throughout: ``t`` is the term of the line before, D a derivative, ``weight`` the number of lines
that differentiating would take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from derive.explain.algebra import coefficient, factors_of
from derive.explain.differentiation import (
    DERIVATIVES,
    LINEAR,
    PROPER,
    QUOTED,
    TRIVIAL,
    application,
    softmax_of,
)
from derive.explain.matching import Rows, Rule, first
from derive.explain.meaning import MEANING
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.sums import contract, settle_delta
from derive.explain.tidy import ONE, divided, multiplied, numeral, tidy, tidy_top
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Delta,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms_of,
)

EASY, HARD = Rows(LINEAR), Rows(PROPER)
KNOWN, ANY = Rows(TRIVIAL + PROPER), Rows(TRIVIAL + LINEAR + PROPER)
TURNED: Mapping[str, str] = MappingProxyType(
    {
        "multiply above and below by ": "divide above and below by ",
        "divide above and below by ": "multiply above and below by ",
    }
)
SEVERAL: Mapping[str | Term, str] = MappingProxyType(
    {" is left of the sum": " are left of the sums"}
)
INNER_LEAVES = (Number, Symbol, Indexed, Derivative)  # nothing is done to what stands in them
MOST = 60  # rewritings in one line; a line that needs more is not one line


class TooMuch(Exception):
    """More than one line should do."""


class Line(NamedTuple):
    """A term and why it equals the one before (``back``: why, read from below)."""

    term: Term
    rule: str = ""
    because: Reason = ()
    back: Reason = ()
    assumes: bool = False


class Used:
    """The rows that were applied on the way to one line."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.reasons: list[Reason] = []
        self.backs: list[Reason] = []
        self.spoken: list[tuple[str, Reason]] = []  # each with its row
        self.assumes = False
        self.count = 0

    def add(self, rule: Rule, before: Term, after: Term, scope: Scope) -> None:
        self.count += 1
        if self.count > MOST:
            raise TooMuch
        reason = rule.say(before, scope.tidy(after), scope) if rule.say else (rule.words,)
        turned = TURNED.get(str(reason[0]))
        back = (turned, *reason[1:]) if turned else (rule.back,) if rule.back else reason
        if rule.name not in self.names:
            self.names.append(rule.name)
        if reason not in self.reasons:
            self.reasons.append(reason)
            self.backs.append(back)
            self.spoken.append((rule.name, reason))
        self.assumes = self.assumes or rule.assumes

    def note(self, name: str, reason: Reason) -> None:
        self.count += 1
        if name not in self.names:
            self.names.append(name)
        if reason not in self.reasons:
            self.reasons.append(reason)
            self.backs.append(reason)

    def mention_deltas(self, below: Used, t: Term) -> None:
        """Say where the δ in ``t`` come from that were made in passing."""
        deltas = subterms_of(t, Delta)
        for row, reason in below.spoken:
            made = reason[0].right if isinstance(reason[0], Relation) else None
            if row == "variable" and made in deltas and reason not in self.reasons:
                self.reasons.append(reason)
                self.backs.append(reason)

    def line(self, t: Term, scope: Scope) -> Line:
        return Line(
            scope.tidy(t),
            "+".join(self.names),
            _listed(self.reasons),
            _listed(self.backs),
            self.assumes,
        )


def _listed(reasons: Iterable[Reason], most: int = 3) -> Reason:
    """Reasons one after the other; more than ``most`` are not listed."""
    parts: list[str | Term] = []
    for reason in list(reasons)[:most]:
        if not parts:
            parts.extend(reason)
        elif isinstance(reason[0], str) and reason[0] == parts[0]:
            if len(reason) > 2 and parts[-1] in (reason[-1], SEVERAL.get(reason[-1])):
                parts[-1:] = [" and ", *reason[1:-1], SEVERAL.get(reason[-1], reason[-1])]
            else:
                parts.extend([", ", *reason[1:]])  # definition of p, q
        else:
            parts.extend([", ", *reason])
    return tuple(parts)


# --- applying rows ---------------------------------------------------------------------------


def _skipping(
    changed: Callable[[Term], Term],
    leaves: type[Term] | tuple[type[Term], ...],
    bits: int,
    idle: set[Term],
    used: Used,
    scope: Scope,
) -> Callable[[Term], Term]:
    """``changed`` for the terms where a row may apply; those in which none did, although all was
    known that it asked for, are kept in ``idle`` and passed over from then on."""

    def visit(s: Term) -> Term:
        if not s.kinds & bits or s in idle or isinstance(s, leaves):
            return s
        count, wished = used.count, scope.wished
        scope.wished = False
        after = changed(s)
        if used.count == count and not scope.wished:
            idle.add(s)
        scope.wished |= wished
        return after

    return visit


def outermost(rows: Rows, t: Term, scope: Scope, inside: bool = False) -> Line | None:
    """Each row where it applies, from outside; what a rewriting made is not visited again.
    ``inside``: also below derivatives."""
    idle = scope.idle.setdefault((rows, inside), set())
    if not t.kinds & rows.bits or t in idle:
        return None  # nearly always
    used = Used()
    above = rows.names == {"multiply-out"}  # denominators stay products

    def changed(s: Term) -> Term:
        found = first(rows, s, scope)
        if found:
            rule, after = found
            used.add(rule, s, after, scope)
            return after
        if isinstance(s, Derivative):
            return rebuild(s, visit) if inside else s
        if isinstance(s, Indexed):
            return s
        if isinstance(s, Div) and above:
            return replace(s, numerator=visit(s.numerator))
        return rebuild(s, visit)

    visit = _skipping(changed, Number, rows.bits, idle, used, scope)
    after = visit(t)
    return used.line(after, scope) if used.count else None


def innermost(rows: Rows, t: Term, scope: Scope) -> Line | None:
    """Each row where it applies and applies nowhere below."""
    idle = scope.idle.setdefault(rows, set())
    if not t.kinds & rows.bits or t in idle:
        return None
    used = Used()

    def changed(s: Term) -> Term:
        after = rebuild(s, visit)
        if after is not s:
            return after
        found = first(rows, s, scope)
        if found:
            used.add(found[0], s, found[1], scope)
            return found[1]
        return s

    visit = _skipping(changed, INNER_LEAVES, rows.bits, idle, used, scope)
    after = visit(t)
    return used.line(after, scope) if used.count else None


# --- differentiation -------------------------------------------------------------------------


def affine(t: Term, v: Term, scope: Scope) -> bool:
    """Whether ``t`` is written as a linear function of the variable."""
    if not scope.depends(t, v) or t == v:
        return True
    match t:
        case Indexed(name, _):
            return isinstance(v, Indexed) and v.name == name
        case Neg(arg):
            return affine(arg, v, scope)
        case Add(terms):
            return all(affine(s, v, scope) for s in terms)
        case Mul(factors):
            moving = [s for s in factors if scope.depends(s, v)]
            return len(moving) == 1 and affine(moving[0], v, scope)
        case Div(numerator, denominator):
            return not scope.depends(denominator, v) and affine(numerator, v, scope)
        case BigOp("sum"):
            return affine(t.body, v, scope)
    return False


def weight(t: Term, v: Term, scope: Scope) -> int:
    """How many lines it takes to differentiate ``t``; 0 is done in passing."""
    known = scope.weights.setdefault(v, {})
    if t not in known:
        known[t] = _weight(t, v, scope)
    return known[t]


def _weight(t: Term, v: Term, scope: Scope) -> int:
    if not scope.depends(t, v) or affine(t, v, scope):
        return 0
    match t:
        case Neg(arg):
            return weight(arg, v, scope)
        case Add(terms):
            return max(weight(s, v, scope) for s in terms)
        case Mul(factors):
            moving = [s for s in factors if scope.depends(s, v)]
            return max(weight(s, v, scope) for s in moving) + (len(moving) > 1)
        case Div(numerator, denominator):
            below = scope.depends(denominator, v)
            inner = max(weight(numerator, v, scope), weight(denominator, v, scope))
            return inner + below
        case Pow(base, exponent):
            inner = max(weight(base, v, scope), weight(exponent, v, scope))
            plain = isinstance(base, (Symbol, Indexed)) and not scope.unfold(base)
            return inner + (not plain or scope.depends(exponent, v))
        case BigOp():
            return weight(t.body, v, scope) + (t.op != "sum")
        case Call(name, (arg,), 0) if name in DERIVATIVES:
            proper = name != "exp" and (not affine(arg, v, scope) or name in QUOTED)
            return weight(arg, v, scope) + proper
        case Indexed(name, (j,)) if t != scope.derivative_of and softmax_of(scope, name, j):
            return 1
        case Symbol() | Indexed() | Call() if t != scope.derivative_of:
            found = application(scope, t)
            if found is not None:
                return 1 + weight(found.args[0], v, scope)
        case Cases(branches, otherwise):
            values = [value for value, _ in branches] + ([otherwise] if otherwise else [])
            return 1 + max(weight(s, v, scope) for s in values)
    meaning = scope.unfold(t)
    return 1 + weight(meaning, v, scope) if meaning is not None else 1


def differentiate(t: Term, scope: Scope) -> Line | None:
    """The outermost rule for each derivative in ``t``; what is trivial below is carried out."""
    if not contains(t, Derivative):
        return None
    used = Used()

    def visit(s: Term) -> Term:
        if not contains(s, Derivative):
            return s
        if isinstance(s, Derivative) and not contains(s.body, Derivative):
            return level(s, scope, used)
        return rebuild(s, visit)

    after = primed(visit(t), scope)
    if not used.count:
        return None
    for boring in (("constant",), ("derivative of a variable",), ("constant factor",)):
        if len(used.reasons) > 1 and boring in used.reasons:
            at = used.reasons.index(boring)
            del used.reasons[at], used.backs[at]
    if not used.reasons:
        used.reasons = [("differentiate",)]
    line = used.line(numbers(scope.tidy(after)), scope)
    return replace(line, back=line.because)


def primed(t: Term, scope: Scope) -> Term:
    """∂u(x)/∂x of a function of which nothing is known is written u'(x)."""
    if not contains(t, Derivative):
        return t
    t = rebuild(t, lambda s: primed(s, scope))
    match t:
        case Derivative(Call(name, (x,), order) as u, y) if x == y and scope.function(u):
            if name not in scope.given.definitions:
                return Call(name, (x,), order + 1)
    return t


def numbers(t: Term) -> Term:
    """½ Σ 2u is Σ u, 2 λ/2 is λ: what a power rule brings is folded at once."""
    t = rebuild(t, numbers)
    match t:
        case BigOp("sum", body=Mul((Number() as q, *rest)), where=None):
            return Mul((q, replace(t, body=multiplied(rest))))
        case BigOp("sum", body=Neg(arg), where=None):
            inner = numbers(replace(t, body=arg))
            return Neg(inner)
        case Mul(factors):
            t = multiplied(factors)
            if isinstance(t, Neg):
                return Neg(numbers(t.arg))
            number, product = coefficient(t)
            others = factors_of(product)
            for k, s in enumerate(others):
                if isinstance(s, Div) and (folded := _folded(number, s)) is not None:
                    return multiplied([*others[:k], folded, *others[k + 1 :]])
            for k, s in enumerate(others):
                if isinstance(s, Div) and (above := coefficient(s.numerator))[0] != 1:
                    rest = [*others[:k], divided(above[1], s.denominator), *others[k + 1 :]]
                    for m, r in enumerate(rest):
                        folded = _folded(above[0], r) if m != k and isinstance(r, Div) else None
                        if folded is not None:
                            return multiplied([numeral(number), *rest[:m], folded, *rest[m + 1 :]])
        case Div():
            return _folded(Fraction(1), t) or t
    return t


def _folded(q: Fraction, t: Div) -> Term | None:
    """``q`` times a fraction that has a number below, with one number left: 2 · x/(2 r) is x/r."""
    above, p = coefficient(t.numerator)
    below, r = coefficient(t.denominator)
    number = q * above / below if below else q
    if not below or abs(below) == 1 or abs(number.denominator) == abs(below):
        return None
    top, bottom = Fraction(number.numerator), Fraction(number.denominator)
    return divided(multiplied([numeral(top), p]), multiplied([numeral(bottom), r]))


def level(d: Derivative, scope: Scope, used: Used, proper: bool = True) -> Term:
    """One line's worth of ``d``."""
    if scope.full:
        return one_rule(d, scope, used)
    heavy = weight(d.body, d.variable, scope)
    if not heavy:
        return carried_out(d, scope, used)
    if found := first(EASY, d, scope):
        rule, after = found
        used.add(rule, d, after, scope)
        # a number in front takes no line of its own; a sum does
        further = proper and (heavy <= 1 or rule.name == "constant-factor")
        return _inner(after, lambda s: level(s, scope, used, further))
    if proper and (found := first(HARD, d, scope)):
        rule, after = found
        used.add(rule, d, after, scope)
        light = not any(weight(s.body, s.variable, scope) for s in derivatives(after))
        below = Used()
        after = _inner(after, lambda s: passing(s, scope, below))
        if rule.name == "softmax":
            after = contracted(after, scope)
        used.mention_deltas(below, after)
        return _over(after, light)
    return d


def one_rule(d: Derivative, scope: Scope, used: Used) -> Term:
    """The first rule that applies, and nothing else."""
    found = first(ANY, d, scope)
    if found is None:
        return d
    used.add(found[0], d, found[1], scope)
    return found[1]


def passing(d: Derivative, scope: Scope, used: Used) -> Term:
    """What is done to an inner derivative in the same line: all of a light one; of others what is
    linear, and exponentials."""
    if not weight(d.body, d.variable, scope):
        return carried_out(d, scope, used)
    easy = first(EASY, d, scope)
    if easy is None and isinstance(d.body, Call) and d.body.name == "exp":
        easy = first(HARD, d, scope)
    if easy is None:
        return d
    used.add(easy[0], d, easy[1], scope)
    return _inner(easy[1], lambda s: passing(s, scope, used))


def contracted(t: Term, scope: Scope) -> Term:
    """Each Σ with a δ as the one term that is left."""
    t = rebuild(t, lambda s: contracted(s, scope))
    if isinstance(t, BigOp):
        return contract(tidy(t), scope) or t
    return t


def _over(t: Term, light: bool) -> Term:
    """1/b · a as a/b: the logarithm's chain rule with its inner derivative worked out."""
    match t:
        case Mul((Div(one, below), above)) if one == ONE:
            above = tidy(above)
            if light:
                return Div(above, below)
            match above:
                case Mul((head, *rest)) if not isinstance(head, (Number, Derivative, BigOp)):
                    return Mul((Div(head, below), *rest))
    return t


def carried_out(d: Term, scope: Scope, used: Used) -> Term:
    """``d`` with every derivative worked out; δ under Σ is contracted on the way."""
    if isinstance(d, Derivative):
        found = first(ANY, d, scope)
        if found:
            rule, after = found
            used.add(rule, d, after, scope)
            return carried_out(after, scope, used)
        meaning = scope.unfold(d.body)
        return carried_out(Derivative(meaning, d.variable), scope, used) if meaning else d
    after = tidy_top(rebuild(d, lambda s: carried_out(s, scope, used)))
    if isinstance(after, BigOp):
        pulled = contract(after, scope)
        return tidy(pulled) if pulled is not None else after
    return settle_delta(after, scope) or after


def _inner(t: Term, change: Callable[[Derivative], Term]) -> Term:
    if isinstance(t, Derivative):
        return change(t)
    return rebuild(t, lambda s: _inner(s, change))


def derivatives(t: Term) -> list[Derivative]:
    return subterms_of(t, Derivative)


def worked(t: Term, scope: Scope) -> bool:
    """No derivative of anything known is left."""
    return not contains(t, Derivative) and not any(
        s.order > 0 and (not scope.function(s) or s.name in scope.given.definitions)
        for s in subterms_of(t, Call)
    )


def open_derivative(t: Term, scope: Scope) -> Line | None:
    """Say what stands below ∂ means, where no rule knows the name."""
    used = Used()

    def visit(s: Term) -> Term:
        if not contains(s, Derivative):
            return s
        if not isinstance(s, Derivative) or first(KNOWN, s, scope) is not None:
            return rebuild(s, visit)
        meaning = scope.unfold(s.body)
        if meaning is None:
            return rebuild(s, visit)
        if s is not t and not scope.full and not weight(meaning, s.variable, scope):
            done = carried_out(Derivative(meaning, s.variable), scope, Used())
            used.note("definition", (Relation("=", s, tidy(done)),))
            return done
        used.add(DEFINITION, s.body, meaning, scope)
        return Derivative(meaning, s.variable)

    after = visit(t)
    return used.line(after, scope) if used.count else None


DEFINITION = next(rule for rule in MEANING if rule.name == "definition")
