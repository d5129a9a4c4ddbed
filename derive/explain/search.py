"""Two chains of lines, one from each side of a claim, and the place where they meet.

The chains are deterministic: the first move of a stage that applies makes the next line.  Only the
gap between two lines that already read alike is searched, breadth first and two lines deep.

Throughout: F is the chain from the left side, B from the right; B is printed from below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from derive.explain import moves
from derive.explain.chains import LONGEST, PULL_OUT, SHAPING, Chain, attempt, size
from derive.explain.describing import alike_to_the_eye, described
from derive.explain.likeness import Key, Level
from derive.explain.meaning import around
from derive.explain.moves import Line
from derive.explain.proof import Reason
from derive.explain.scope import Scope, Wish
from derive.explain.tidy import tidy
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Derivative,
    Div,
    Indexed,
    Mul,
    Number,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    subterms,
    subterms_of,
)
from derive.term.text import text

TOO_LARGE = 800  # nodes of a claim that is not searched


class Found(NamedTuple):
    """Lines after the left side, the last is the right side; ``complete``: each is one move."""

    lines: list[Line]
    complete: bool


def connect(left: Term, right: Term, scope: Scope) -> Found:
    """Lines from ``left`` to ``right``."""
    if size(left) + size(right) > TOO_LARGE:
        return Found([Line(right, "simplify", ("simplify",))], False)
    ahead, behind = Chain([Line(tidy(left))], down=False), Chain([Line(tidy(right))])
    ahead.seen.add(tidy(left))
    found = meet(ahead, behind, scope)
    if found.lines:
        found.lines[-1] = replace(found.lines[-1], term=right)
    else:
        found.lines.append(Line(right, *_at_once(left, right, scope)))
    return found


def until(rule: str, left: Term, right: Term, scope: Scope) -> list[Line] | None:
    """The lines from ``left`` to the first that ``rule`` makes, as `connect` would come to it; None
    where it does not."""
    ahead, behind = Chain([Line(tidy(left))], down=False), Chain([Line(tidy(right))])
    for ahead.stage in (1, 2, 3):
        while rule not in ahead.lines[-1].rule:
            _want(scope, ahead, behind)
            if not ahead.extend(scope):
                break
        else:
            return ahead.lines[1:]
    return None


def _at_once(left: Term, right: Term, scope: Scope) -> tuple[str, Reason]:
    """Words for a claim whose sides read the same: numbers are worked out, or parts moved."""
    if tidy(left) == tidy(right) and _numbers(left) != _numbers(right):
        return "arithmetic", ("calculate",)
    return described(tidy(left), tidy(right), scope)


def _numbers(t: Term) -> Counter[Term]:
    return Counter(subterms_of(t, Number))


def meet(ahead: Chain, behind: Chain, scope: Scope) -> Found:
    stuck = set[tuple[bool, int, int, int]]()  # nothing applied, and nothing has changed since
    apart = (0, 0)  # so long are the chains that were found not to meet
    longest = scope.longest * (2 if scope.full else 1)
    for chain, stage in _turns(ahead, behind):
        chain.stage = max(chain.stage, stage)
        while True:
            now = (chain is ahead, chain.stage, len(ahead.lines), len(behind.lines))
            if now in stuck:
                break
            if apart != now[2:]:
                met = _meeting(ahead, behind, scope)
                if met is not None:
                    return _joined(ahead, behind, met, scope)
                split = _split_meeting(ahead, behind, scope)
                if split is not None:
                    return _bridged(ahead, behind, split, scope, Level.SPLIT)
                apart = now[2:]
            if sum(apart) - 2 >= longest or _is_plain_leg(ahead, behind, scope):
                return _rational(ahead, behind, scope)
            _want(scope, chain, behind if chain is ahead else ahead)
            if not chain.extend(scope):
                stuck.add(now)
                break
            if stage > 3:
                break
    return _rational(ahead, behind, scope)


def _is_plain_leg(ahead: Chain, behind: Chain, scope: Scope) -> bool:
    """Two milestones that are the same over one denominator: what no bridge joins is one line
    with words of its own, and what names mean leads away from it."""
    if scope.longest >= LONGEST or len(ahead.lines) + len(behind.lines) > 2:
        return False
    ends = ahead.lines[0].term, behind.lines[0].term
    worked = all(moves.worked(t, scope) for t in ends)
    return worked and scope.likeness.rationally_equal(*ends)


def _turns(ahead: Chain, behind: Chain) -> list[tuple[Chain, int]]:
    """Who moves when: work out both sides, say what names mean, then simplify in turn."""
    turns = [(ahead, 1), (behind, 1), (behind, 2), (ahead, 2), (behind, 2)]
    turns += [(behind, 3), (ahead, 3)]
    return turns + [(ahead, 4), (behind, 4)] * LONGEST + [(behind, 5), (ahead, 5)] * LONGEST


def _meeting(ahead: Chain, behind: Chain, scope: Scope) -> tuple[int, int] | None:
    """Where the newest lines meet the other chain, read the same."""
    forms = scope.likeness.form
    places: dict[Key | None, int] = {}
    for n, line in enumerate(behind.lines):
        places.setdefault(forms(line.term), n)
    best: tuple[int, int] | None = None
    for m, line in enumerate(ahead.lines):
        form = forms(line.term)
        if form is None or form not in places:
            continue
        if best is None or m + places[form] < sum(best):
            best = m, places[form]
    return best


def _split_meeting(ahead: Chain, behind: Chain, scope: Scope) -> tuple[int, int] | None:
    likeness, newest = scope.likeness, []
    m, n = len(ahead.lines) - 1, len(behind.lines) - 1
    newest = [(m, k) for k in range(n + 1)] + [(k, n) for k in range(m)]
    for m, n in newest:
        s, t = ahead.lines[m].term, behind.lines[n].term
        if not moves.worked(s, scope) or not moves.worked(t, scope):
            continue
        under = likeness.denominators(s) | likeness.denominators(t)
        form = likeness.split(s, under)
        if form is not None and form == likeness.split(t, under):
            return m, n
    return None


def _want(scope: Scope, mine: Chain, other: Chain) -> None:
    """Note the denominators and logarithms of the other side, and of the newest line here."""
    settled = {form for line in other.lines for form in _marks(line.term, scope)}
    last = other.lines[-1].term
    there = names(last)
    there = there.union(*map(scope.reach, there))
    scope.wish = Wish(
        settled,
        settled | _marks(mine.lines[-1].term, scope),
        there,
        names(mine.lines[-1].term),
        means(scope) if mine.down or not names(last) else frozenset(),
        set(subterms_of(last, Indexed, Symbol)),
        any(_has_product(line.term) for line in other.lines),
    )


def names(t: Term) -> set[str]:
    return {*free_names(t), *(s.name for s in subterms_of(t, Call))}


def _has_product(t: Term) -> bool:
    return any(
        sum(isinstance(u, Call) and u.name == "exp" for u in s.factors) > 1
        for s in subterms_of(t, Mul)
    )


def means(scope: Scope) -> set[str]:
    """Names like m := (1/n) Σ xᵢ, which a sum on the left side may turn into."""
    rows = scope.given.definitions.items()
    return {
        name for name, row in rows if not row.indices and not row.parameters and _is_mean(row.body)
    }


def _is_mean(t: Term) -> bool:
    """A sum of products of names, with or without a factor: a weighted mean, not a loss."""
    total = around(t)[1]
    if isinstance(t, BigOp) and total is not None:
        return not any(isinstance(s, (Call, Add, BigOp)) for s in subterms(total.body))
    return isinstance(t, (Mul, Div)) and total is not None


def _marks(t: Term, scope: Scope) -> frozenset[Key | None]:
    if t not in scope.marks:
        found = [s.denominator for s in subterms_of(t, Div) if isinstance(s.denominator, Add)]
        logs = (s for s in subterms_of(t, Call) if s.name == "log" and isinstance(s.args[0], Add))
        scope.marks[t] = frozenset(map(scope.form, (*found, *logs)))
    return scope.marks[t]


# --- joining ---------------------------------------------------------------------------------


def _joined(ahead: Chain, behind: Chain, met: tuple[int, int], scope: Scope) -> Found:
    m, n = met
    return Found(_merged(ahead.lines[: m + 1], behind.lines[: n + 1], scope), True)


def _merged(forward: Sequence[Line], backward: Sequence[Line], scope: Scope) -> list[Line]:
    """Both chains as one, where the last of each read the same."""
    lines = list(forward[1:])
    last, meets = forward[-1].term, backward[-1].term
    rest = _from_below(backward)
    if alike_to_the_eye(last, meets) and not (scope.full and last != meets):
        if not rest and lines:
            lines[-1] = replace(lines[-1], term=meets)
        elif not rest and last != meets:
            lines.append(Line(meets, "rearrange", ("rearrange",)))
    else:
        lines += _jumped(last, meets, scope, Level.SAME)
    return lines + rest


def _jumped(last: Term, meets: Term, scope: Scope, level: Level) -> list[Line]:
    """A line for a gap; two where a factor has to leave a sum before the sum can go."""
    sums = any(subterms_of(meets, BigOp))
    pulled = None if sums or level == Level.RATIONAL else attempt(PULL_OUT, last, scope)
    if pulled is None or alike_to_the_eye(pulled.term, meets):
        return [Line(meets, *described(last, meets, scope, level))]
    return [pulled, Line(meets, *described(pulled.term, meets, scope, level))]


def _from_below(backward: Sequence[Line]) -> list[Line]:
    """The chain from the right side without its last line, read from below."""
    return [
        Line(before.term, line.rule, line.back or line.because, (), line.assumes)
        for before, line in zip(backward[-2::-1], backward[:0:-1], strict=True)
    ]


def _bridged(ahead: Chain, behind: Chain, at: tuple[int, int], scope: Scope, level: Level) -> Found:
    """The chains with the gap between two alike lines filled."""
    m, n = at
    forward, backward = ahead.lines[: m + 1], behind.lines[: n + 1]
    middle = bridge(forward[-1].term, backward[-1].term, scope)
    if middle is not None:
        there, back = middle
        return Found(_merged([*forward, *there], [*backward, *back], scope), True)
    meets = backward[-1].term
    gap = _jumped(forward[-1].term, meets, scope, level)
    if gap[-1].rule == "rearrange" and alike_to_the_eye(forward[-1].term, meets):
        return Found(_merged(forward, backward, scope), True)
    return Found([*forward[1:], *gap, *_from_below(backward)], level < Level.RATIONAL)


def bridge(s: Term, t: Term, scope: Scope) -> tuple[list[Line], list[Line]] | None:
    """Lines from ``s`` on and from ``t`` on that end alike: at most two from each."""
    here: dict[Key | None, list[Line]] = {scope.likeness.form(s): []}
    there: dict[Key | None, list[Line]] = {scope.likeness.form(t): []}
    frontiers = [[(s, list[Line]())], [(t, list[Line]())]]
    rather_not: tuple[list[Line], list[Line]] | None = None
    for side in (0, 1, 0, 1):
        mine, others = (here, there) if side == 0 else (there, here)
        grown = []
        for last, path in frontiers[side]:
            for move in SHAPING:
                line = attempt(move, last, scope)
                form = scope.likeness.form(line.term) if line is not None else None
                if line is None or form is None:
                    continue
                longer = [*path, line]
                if form in others:
                    met = (longer, others[form]) if side == 0 else (others[form], longer)
                    if line.rule != "common-denominator" or side or path:
                        return met
                    rather_not = rather_not or met  # where it can be cancelled just as well
                    continue
                if form not in mine:
                    mine[form] = longer
                    grown.append((line.term, longer))
        frontiers[side] = grown
        if side and rather_not is not None:
            return rather_not
    return rather_not


def _rational(ahead: Chain, behind: Chain, scope: Scope) -> Found:
    """The nearest pair that is the same over one denominator, else the whole gap at once."""
    there = [m for m, line in enumerate(ahead.lines) if moves.worked(line.term, scope)]
    back = [n for n, line in enumerate(behind.lines) if moves.worked(line.term, scope)]
    for m, n in sorted(((m, n) for m in there[:6] for n in back[:6]), key=sum):
        if scope.likeness.rationally_equal(ahead.lines[m].term, behind.lines[n].term):
            return _bridged(ahead, behind, (m, n), scope, Level.RATIONAL)
    forward, backward = ahead.lines[: ahead.said + 1], behind.lines[: behind.said + 1]
    jump = Line(backward[-1].term, "simplify", ("simplify",))
    return Found([*forward[1:], jump, *_from_below(backward)], False)


def jump(before: Term, after: Term, scope: Scope) -> Reason | None:
    """Words for a line between two milestones; None where it is not seen what it does."""
    level = scope.likeness.alike(before, after)
    if level in (Level.SAME, Level.SPLIT):
        return described(before, after, scope, level)[1]
    exps = [sum(s.name == "exp" for s in subterms_of(t, Call)) for t in (before, after)]
    if level == Level.RATIONAL and exps[0] != exps[1]:
        return ("exp(a + b) = exp(a) exp(b)",)
    if level == Level.RATIONAL:
        bars = any(isinstance(s, Div) for side in (before, after) for s in subterms(side))
        return ("common denominator, multiply out",) if bars else ("multiply out",)
    opened = _opened(before, after, scope)
    if opened:
        parts = [(", ", t) if n else ("definition of ", t) for n, t in enumerate(opened)]
        return tuple(s for part in parts for s in part)
    sums = [sum(isinstance(s, BigOp) for s in subterms(t)) for t in (before, after)]
    if min(sums) > 1:
        return ("exchange the sums",)
    pieces = any(isinstance(s, Cases) for side in (before, after) for s in subterms(side))
    return ("piece by piece",) if pieces else None


def _opened(before: Term, after: Term, scope: Scope) -> tuple[Term, ...]:
    """The fewest names that must be looked into for both terms to be alike; () where many."""
    known = {t for side in (before, after) for t in subterms(side) if scope.unfold(t) is not None}
    for size_ in (1, 2, 3):
        for chosen in combinations(sorted(known, key=text)[:6], size_):
            s, t = (_unfolded(side, chosen, scope) for side in (before, after))
            if scope.likeness.alike(s, t) is not None:
                return chosen
    return ()


def _unfolded(t: Term, chosen: Sequence[Term], scope: Scope) -> Term:
    if t in chosen:
        return scope.unfold(t) or t
    return rebuild(t, lambda s: _unfolded(s, chosen, scope))


__all__ = ["Derivative", "Found", "connect"]
