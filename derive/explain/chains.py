"""Lines from one side of a claim on: the stages, their moves, and the chain that they make.

A chain is deterministic: the first move of the first stage that applies makes the next line.  What
is done before what is read off the tables at the middle of this file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.explain import moves
from derive.explain.matching import Rows, first
from derive.explain.moves import Line
from derive.explain.proof import Reason
from derive.explain.rules import RULES
from derive.explain.scope import Scope
from derive.explain.tidy import tidy
from derive.term import (
    Add,
    Call,
    Derivative,
    Relation,
    Symbol,
    Term,
    binders,
    contains,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms,
)

LONGEST = 18  # lines worth following from one side
LARGEST = 150  # nodes of a line worth printing

Move = Callable[[Term, Scope], Line | None]


BY_NAME = {rule.name: rule for rule in RULES}


def rows(*names: str) -> Rows:
    """The rows of the table with these names, in this order."""
    return Rows([BY_NAME[name] for name in names])


def everywhere(*names: str, inside: bool = False) -> Move:
    chosen = rows(*names)
    return lambda t, scope: moves.outermost(chosen, t, scope, inside)


def repeated(*names: str) -> Move:
    """The same rows again while they apply, as one line."""
    once = everywhere(*names)

    def move(t: Term, scope: Scope) -> Line | None:
        line = first_line = once(t, scope)
        for _ in range(0 if scope.full else 3):
            further = once(line.term, scope) if line is not None else None
            if line is None or further is None or further.term == line.term:
                break
            line = further
        return replace(first_line, term=line.term) if first_line and line else None

    return move


def quoted(*names: str) -> Move:
    """What was shown before, its numbers folded with those around it."""
    once = everywhere(*names, inside=True)

    def move(t: Term, scope: Scope) -> Line | None:
        line = once(t, scope)
        return line if line is None or scope.full else replace(line, term=moves.numbers(line.term))

    return move


def deepest(*names: str) -> Move:
    chosen = rows(*names)
    return lambda t, scope: moves.innermost(chosen, t, scope)


def below_derivatives(*names: str) -> Move:
    """First rewrite, then differentiate."""
    chosen = rows(*names)

    def move(t: Term, scope: Scope) -> Line | None:
        if not moves.derivatives(t):
            return None
        return moves.outermost(chosen, t, scope, inside=True)

    return move


def at_a_place(t: Term, scope: Scope) -> Line | None:
    """f'(c): differentiate f, then put c in."""
    reasons: list[Reason] = []

    def visit(s: Term) -> Term:
        if not contains(s, Call):
            return s
        match s:
            case Call(name, (arg,), order) if order and name in scope.given.definitions:
                var = Symbol(scope.given.definitions[name].parameters[0])
                inner = Chain([Line(Call(name, (var,), order))], stage=1)
                while inner.extend(scope):
                    pass
                derivative = inner.lines[-1].term
                if arg != var and moves.worked(derivative, scope):
                    reasons.append((Relation("=", Call(name, (var,), order), derivative),))
                    return substitute(derivative, {var.name: arg})
        return rebuild(s, visit)

    after = visit(t)
    return Line(tidy(after), "at-a-place", reasons[0], reasons[0]) if reasons else None


def split_exponentials(t: Term, scope: Scope) -> Line | None:
    """exp(a + c) = exp(a) exp(c), where exp(c) then leaves a sum."""
    if scope.wish.products:
        return everywhere("split-exponential")(t, scope)
    for total in binders(t):
        for s in subterms(total.body):
            match s:
                case Call("exp", (Add(terms),), 0):
                    if any(total.index not in free_names(part) for part in terms):
                        return everywhere("split-exponential")(t, scope)
    return None


LOGARITHMS = rows("log-of-exp", "log-of-product", "log-of-power", "log-of-root")


def logarithms_first(t: Term, scope: Scope) -> Line | None:
    """Below ∂: the logarithms that change with the variable, as sums."""
    used = moves.Used()

    def visit(s: Term, variable: Term | None) -> Term:
        if not contains(s, Derivative if variable is None else Call):
            return s
        if isinstance(s, Derivative):
            return replace(s, body=visit(s.body, s.variable))
        if variable is not None and scope.depends(s, variable):
            found = first(LOGARITHMS, s, scope)
            if found is not None:
                used.add(found[0], s, found[1], scope)
                return visit(tidy(found[1]), variable)
        return rebuild(s, lambda u: visit(u, variable))

    after = visit(t, None)
    return used.line(after, scope) if used.count else None


# Moves of two tables: what one table tried need not be tried for the other.
CANCEL, COMPOUND = everywhere("cancel"), everywhere("compound")
PULL_OUT = everywhere("pull-out")
LIKE_TERMS, JOIN_POWERS = everywhere("like-terms"), everywhere("join-powers")
COMMON_DENOMINATOR, ONE_FRACTION = deepest("common-denominator"), deepest("one-fraction")

# Stages: a chain takes the first move that applies, from the first stage on.
# fmt: off
WORKING: tuple[Move, ...] = (
    quoted("shown"),
    everywhere("components", inside=True),
    everywhere("case", inside=True),
    everywhere("delta-settled"),
    everywhere("prime"),
    at_a_place,
    everywhere("recognise", inside=True),
    everywhere("as-defined", inside=True),
    logarithms_first,
    below_derivatives("cancel"),
    below_derivatives("delta-contraction", "stated-total"),
    moves.differentiate,
    moves.open_derivative,
    CANCEL,
    COMPOUND,
    everywhere("delta-contraction", "stated-total", "delta-square"),
    everywhere("parity", "reflection"),
    everywhere("constant-sum", "named-sum"),
    LIKE_TERMS,
    repeated("split-sum", "multiply-out-sum"),
    everywhere("write-out"),
    PULL_OUT,
    everywhere("named-value"),
)
FOREIGN: tuple[Move, ...] = (
    everywhere("definition-foreign"),
    everywhere("definition-met"),
)
FUNCTIONS: tuple[Move, ...] = (
    everywhere("definition-function"),
)
NAMES: tuple[Move, ...] = (
    everywhere("definition-elsewhere"),
    everywhere("definition"),
)
SIMPLIFYING: tuple[Move, ...] = (
    everywhere("stated-equation", "symmetric", "geometric-sum", "named-sum", "named-value"),
    everywhere("delta-swap"),
    repeated(
        "exp-of-log", "log-of-exp", "log-of-product", "log-of-power", "log-of-root",
        "square-of-root",
    ),
    everywhere("log-softmax"),
    everywhere("extend-fraction", "log-factor"),
    everywhere("factor-cancel"),
    COMMON_DENOMINATOR,
    ONE_FRACTION,
    JOIN_POWERS,
    everywhere("collect-powers"),
    repeated("multiply-out"),
    split_exponentials,
)
SHAPING: tuple[Move, ...] = (
    CANCEL,
    COMPOUND,
    everywhere("split-fraction"),
    everywhere("factor-out"),
    COMMON_DENOMINATOR,
    everywhere("multiply-out"),
    ONE_FRACTION,
    LIKE_TERMS,
    JOIN_POWERS,
)
STAGES = (WORKING, FOREIGN, FUNCTIONS, SIMPLIFYING, NAMES)
# fmt: on


class Chain:
    """Lines from one side on.  ``stage``: the stages that are allowed so far."""

    def __init__(self, lines: list[Line], stage: int = 1, down: bool = True) -> None:
        self.lines = lines
        self.stage = stage
        self.down = down  # from the right side, printed from below
        self.said = 0  # lines before anything was only simplified
        self.seen: set[Term] = set()

    def extend(self, scope: Scope) -> bool:
        """One more line, if a move of an allowed stage applies."""
        if len(self.lines) >= LONGEST * (2 if scope.full else 1):
            return False
        last = self.lines[-1].term
        self.seen.add(last)
        for k, stage in enumerate(STAGES[: self.stage]):
            for move in stage:
                line = attempt(move, last, scope)
                if line is not None and line.term not in self.seen:
                    if k < 3 and self.said == len(self.lines) - 1:
                        self.said += 1
                    self.lines.append(line)
                    return True
        return False


def attempt(move: Move, t: Term, scope: Scope) -> Line | None:
    """The line that a move makes of ``t``.  It is made once, if it is the same whatever is wished
    for: both chains, and what bridges them, come back to the same lines."""
    tried, in_vain = scope.tried.setdefault(t, {}), scope.tried_in_vain.setdefault(t, {})
    if move in tried:
        return tried[move]
    if in_vain.get(move) == scope.wishes:
        scope.wished = True
        return None
    wished, scope.wished = scope.wished, False
    line = _made(move, t, scope)
    if not scope.wished:
        tried[move] = line
    elif line is None:
        in_vain[move] = scope.wishes
    scope.wished |= wished
    return line


def _made(move: Move, t: Term, scope: Scope) -> Line | None:
    try:
        line = move(t, scope)
    except moves.TooMuch:
        return None
    if line is None or line.term == t or size(line.term) > LARGEST:
        return None
    return replace(line, term=scope.unshadowed(line.term))


def size(t: Term) -> int:
    return sum(1 for _ in subterms(t))


def worked_out(t: Term, scope: Scope, begun: Sequence[Line] = ()) -> list[Line]:
    """``t`` as far as the stages take it."""
    chain = Chain([Line(t), *begun], stage=len(STAGES))
    chain.seen.add(t)
    while chain.extend(scope):
        pass
    return chain.lines
