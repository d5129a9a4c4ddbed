#!/usr/bin/env python3
# ruff: noqa: E501  (the faults are a table: one a line, columns aligned)
"""The kernel's mutation score: faults planted one at a time, which a slice of the fuzzer must notice.

    python benchmarks/mutation.py [--most 1000] [--fault 'root sign' ...]

A fault is caught by a contradiction (see soundness.py), or by a true claim that the healthy kernel
proves and the faulty one does not.

Throughout: ``real`` is the healthy function that a fault replaces.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from claims import FAMILIES, Case, case
from flint import fmpq
from soundness import Outcome, judged_in_time

import derive.prover
from derive.prover import (
    assumptions,
    complex_numbers,
    determinants,
    facts,
    needs,
    sizes,
    tangents,
    words,
)
from derive.prover.normal_form import (
    context,
    elementary,
    generator,
    late,
    normal,
    opaque,
    polynomial,
    products,
    ranges,
    ratio,
    scalars,
    sums,
)
from derive.prover.normal_form import index as ix
from derive.prover.normal_form.generator import POSITIVE
from derive.prover.normal_form.ratio import Ratio
from derive.prover.refuter import problem
from derive.term import bound_names, free_names

Real = Callable[..., Any]

OF_NAMES = importlib.import_module("derive.term.binders")  # the package has a function so called


@dataclass(frozen=True, slots=True)
class Fault:
    """``owner.name`` is replaced by ``planted(real)``.  ``family``: claims that soon notice it."""

    title: str
    family: str
    owner: Any
    name: str
    planted: Callable[[Real], Any]


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """The kernel with the fault, wherever the healthy function was imported to."""
    real = getattr(fault.owner, fault.name)
    wrong = fault.planted(real)
    places = [(fault.owner, fault.name)]
    if not isinstance(fault.owner, type):
        modules = [
            importlib.import_module(found.name)
            for found in pkgutil.walk_packages(derive.prover.__path__, "derive.prover.")
        ]
        places += [(m, name) for m in modules for name, value in vars(m).items() if value is real]
    for owner, name in places:
        setattr(owner, name, wrong)
    try:
        yield
    finally:
        for owner, name in places:
            setattr(owner, name, real)


# --- the faults ----------------------------------------------------------------------------------


def _drop_a_term(real: Real) -> Real:
    def plus(p: Any, q: Any) -> Any:
        total = real(p, q)
        return dict(list(total.items())[:-1]) if len(total) > 4 else total

    return plus


def _equal_exponents(real: Real) -> Real:
    """x^a x^a = x^a for exponentials."""

    def times(m: Any, n: Any) -> Any:
        twice = {item for item in m if item in n and isinstance(item[0], elementary.Exp)}
        return real(m, tuple(item for item in n if item not in twice))

    return times


def _lower_power(real: Real) -> Real:
    """A common denominator takes each factor once only."""

    def lifted(ctx: Any, a: Any, powers: Any) -> Any:
        own = dict(a.den)
        return real(ctx, a, {f: min(k, own.get(f, 0) + 1) for f, k in powers.items()})

    return lifted


def _denominator_constant(real: Real) -> Real:
    """The derivative of a quotient forgets the denominator's."""

    def derivative(ctx: Any, a: Any, wrt: Any) -> Any:
        below = Ratio({polynomial.UNIT: polynomial.Q1}, a.den)
        return ratio.multiply(ctx, real(ctx, Ratio(a.num), wrt), below)

    return derivative


def _same_class(real: Real) -> Real:
    def one_hot(ctx: Any, name: str, given: Any) -> None:
        earlier = list(ctx.classes)
        known = dict(ctx.meanings)
        real(ctx, name, given)
        if earlier:
            ctx.meanings[name] = next(m for n, m in known.items() if n in ("t", "o"))

    return one_hot


def _split_products(real: Real) -> Real:
    """sum f g = sum f sum g."""

    def of_term(ctx: Any, m: Any, den: Any, v: str, size: Any) -> Any:
        bound = [item for item in m if v in item[0].names]
        if den or len(bound) < 2:
            return real(ctx, m, den, v, size)
        result = ratio.monomial(tuple(item for item in m if item not in bound))
        for item in bound:
            result = ratio.multiply(ctx, result, real(ctx, (item,), (), v, size))
        return result

    return of_term


def _any_order(real: Real) -> Real:
    def orders(ctx: Any, dummies: Sequence[str]) -> Any:
        return list(permutations(dummies))

    return orders


def _sizes_forgotten(real: Real) -> Real:
    """Dummies of different ranges are sorted by nothing."""

    def sorted_by_size(ctx: Any, dummies: Sequence[str]) -> Any:
        least = min(ctx.sizes[v] for v in dummies)
        for v in dummies:
            ctx.sizes[v] = least
        return list(dummies)

    return sorted_by_size


def sums_to_one(real: Real) -> Real:
    """Whatever the range of the sum."""

    def sums_to_one(ctx: Any, sizes: Any, m: Any, den: Any, own: Any) -> Any:
        axes = ctx.distributions
        ctx.distributions = {n: (axis[0], *sizes) for n, axis in axes.items() if axis}
        try:
            return real(ctx, sizes, m, den, own)
        finally:
            ctx.distributions = axes

    return sums_to_one


def _geometric_from_0(real: Real) -> Real:
    def geometric(ctx: Any, g: Any) -> Any:
        found = real(ctx, g)
        return None if found is None else ratio.add(ctx, found, ratio.ONE)

    return geometric


@contextmanager
def _mask_for_good(ctx: Any, name: str) -> Iterator[None]:
    ctx.masked.add(name)
    yield


def _log_unconditioned(real: Real) -> Real:
    def log(ctx: Any, a: Any) -> Any:
        kept = dict(ctx.conditions)
        result = real(ctx, a)
        ctx.conditions = kept
        return result

    return log


def _one_branch(real: Real) -> Real:
    def by_delta(ctx: Any, a: Any, delta: Any, function: Any) -> Any:
        return function(ctx, ratio.with_value(ctx, a, delta, ratio.ONE))

    return by_delta


def _no_constant(real: Real) -> Real:
    """i + 1 is taken for i."""

    def index_of(ctx: Any, t: Any, scope: Any) -> Any:
        found = real(ctx, t, scope)
        return (0, found[1]) if found[1] else found

    return index_of


def _symmetric(real: Real) -> Real:
    def component(ctx: Any, name: str, indices: Any) -> Any:
        return real(ctx, name, tuple(sorted(indices)))

    return component


def _coefficient_lost(real: Real) -> Real:
    def canonical(ctx: Any, dummies: Any, m: Any, den: Any) -> Any:
        found = real(ctx, dummies, m, den)
        if len(found.num) == 1:
            return Ratio(dict.fromkeys(found.num, polynomial.Q1), found.den)
        return found

    return canonical


def _inner_forgotten(real: Real) -> Real:
    """The chain rule without the inner derivative."""

    def derivative(self: Any, ctx: Any, wrt: Any) -> Any:
        return ratio.of(self)

    return derivative


def _negated(real: Real) -> Real:
    return lambda *args: ratio.negative(real(*args))


def _doubled(real: Real) -> Real:
    return lambda *args: ratio.scale(real(*args), fmpq(2))


def _constant(value: Any) -> Callable[[Real], Any]:
    return lambda real: lambda *args, **options: value


def _hinted(real: Real) -> Real:
    def temporary(self: Any, hint: str, size: Any) -> str:
        name = f"#t{hint}"
        self.hints[name], self.sizes[name] = hint, size
        return name

    return temporary


def _unrelated(real: Real) -> Real:
    """With i != j, what is said of W_ij is said of W_ii."""

    def is_any_component(self: Any, name: str, indices: Any) -> Any:
        related, self.related = self.related, []
        try:
            return real(self, name, indices)
        finally:
            self.related = related

    return is_any_component


def _branch_kept(real: Real) -> Real:
    def base_of(self: Any, root: Any) -> Any:
        return self.bases.setdefault(root, real(self, root))

    return base_of


def _not_looked_behind(real: Real) -> Real:
    return lambda names, given, apart="": set(names) - {apart}


def _weak_signs(real: Any) -> Any:
    return {**real, ">=": POSITIVE}


# fmt: off
FAULTS: tuple[Fault, ...] = (
    Fault("a term of a long sum dropped",                       "exponentials", polynomial, "plus", _drop_a_term),
    Fault("equal exponents not added",                          "products",     polynomial, "times", _equal_exponents),
    Fault("common denominator misses powers",                   "double sums",  ratio, "lifted", _lower_power),
    Fault("division ignores its remainder",                     "double sums",  polynomial, "division", lambda real: lambda p, q, g: (real(p, q, g)[0], {})),
    Fault("quotient rule without denominator",                  "definitions",  ratio, "derivative", _denominator_constant),
    Fault("derivative of log negated",                          "softmax",      elementary.Log, "derivative", _negated),
    Fault("derivative of exp without the inner",                "definitions",  elementary.Exp, "derivative", _inner_forgotten),
    Fault("derivative of a root doubled",                       "chain rule",   elementary.Root, "derivative", _doubled),
    Fault("derivative of erf, atan negated",                    "chain rule",   opaque.Function, "derivative", _negated),
    Fault("derivative of a product over an index doubled",      "chain rule",   products.Product, "derivative", _doubled),
    Fault("derivative by a component without delta",            "softmax",      scalars.ComponentOf, "derivative", lambda real: lambda g, ctx, wrt: ratio.ONE if g.data[0] == wrt.name else ratio.NIL),
    Fault("derivative under a sum lost",                        "softmax",      sums.Sum, "derivative", _constant(ratio.NIL)),
    Fault("prime differentiates once too often",                "definitions",  normal, "_primed", lambda real: lambda ctx, name, args, order, scope: real(ctx, name, args, order + 1, scope)),
    Fault("mask stays after differentiation",                   "softmax",      context.Context, "masking", lambda real: _mask_for_good),
    Fault("dummies are not fresh",                              "definitions",  context.Context, "temporary", _hinted),
    Fault("conditions are not recorded",                        "roots",        context.Context, "require", _constant(None)),
    Fault("log forgets its domain",                             "roots",        elementary, "log", _log_unconditioned),
    Fault("every sum counts as positive",                       "conditions",   sums.Sum, "sign", _constant(POSITIVE)),
    Fault("sum of a positive and a negative is positive",       "orders",       generator, "sign_sum", lambda real: lambda a, b: real(a, b) & ~1 or real(a, b)),
    Fault("x >= 0 learnt as x > 0",                             "conditions",   facts, "SIGNS", _weak_signs),
    Fault("root of a square loses the sign",                    "stated",       elementary, "absolute", lambda real: lambda ctx, a: a),
    Fault("sign squared is 0",                                  "derivatives",  elementary.Sign, "reduced", lambda real: lambda g, e: (fmpq(0), 0)),
    Fault("i squared is 1",                                     "waves",        scalars.Imaginary, "reduced", lambda real: lambda g, e: (fmpq(1), int(e) % 2)),
    Fault("delta squared is 2 delta",                           "deltas",       scalars.Delta, "reduced", lambda real: lambda g, e: (fmpq(2), 1)),
    Fault("maximum without absolute value",                     "stated",       opaque, "larger", lambda real: lambda ctx, a, b: ratio.scale(ratio.add(ctx, a, b), fmpq(1, 2))),
    Fault("f(delta) takes the branch delta = 1",                "waves",        ratio, "by_delta", _one_branch),
    Fault("delta contracts over any range",                     "ranges",       scalars, "in_range", _constant(True)),
    Fault("indices never known to differ",                      "definitions",  scalars, "never_zero", _constant(True)),
    Fault("one class for two one-hot vectors",                  "deltas",       assumptions, "_one_hot", _same_class),
    Fault("a distribution sums to 1 over any range",            "ranges",       sums, "sums_to_one", sums_to_one),
    Fault("every matrix is symmetric",                          "definitions",  scalars, "component", _symmetric),
    Fault("shift of an index lost",                             "boundaries",   normal, "index_of", _no_constant),
    Fault("a sum of a constant counts one more",                "closed forms", sums, "_of_term", lambda real: lambda ctx, m, den, v, size: real(ctx, m, den, v, size if any(v in g.names for g, _ in m) or den else ix.plus(size, ix.constant(1)))),
    Fault("numeric range one short",                            "ranges",       normal, "_expanded", lambda real: lambda ctx, t, scope, lower, size: real(ctx, t, scope, lower, max(size - 1, 1))),
    Fault("edges of a shifted range off by one",                "closed forms", ranges, "_places", lambda real: lambda k: range(k) if k > 0 else range(k, 0)),
    Fault("sum of a product is product of sums",                "softmax",      sums, "_of_term", _split_products),
    Fault("least order loses the coefficient",                  "double sums",  sums, "canonical", _coefficient_lost),
    Fault("dummies permuted across ranges",                     "double sums",  sums, "_sorted_by_size", _sizes_forgotten),
    Fault("power sums with Bernoulli's other sign",             "closed forms", sums, "_faulhaber", lambda real: lambda ctx, degree, n: real(ctx, degree, ratio.subtract(ctx, n, ratio.ONE))),
    Fault("geometric sum one term longer",                      "closed forms", sums, "geometric", _geometric_from_0),
    Fault("product of constants one power more",                "products",     products, "product", lambda real: lambda ctx, a, v, size: real(ctx, a, v, size if v in a.names else ix.plus(size, ix.constant(1)))),
    Fault("what is said to go down to 0 is tried from 1 on",    "traps",        sizes, "small_sizes", _constant(())),
    Fault("what holds of real numbers holds of complex ones",   "traps",        complex_numbers, "beyond_the_reals", _constant("")),
    Fault("natural numbers may be negative",                    "stated",       problem, "_counted_from_one", lambda real: lambda given: given),
    Fault("no range is emptier than empty",                     "traps",        scalars, "counted", _constant(None)),
    Fault("relations of indices leave the diagonal in",         "traps",        context.Context, "is_any_component", _unrelated),
    Fault("roots keep the sign that a branch knew",             "traps",        context.Context, "base_of", _branch_kept),
    Fault("a need's index may be called like what is given",    "traps",        needs, "names_in", lambda real: lambda claim: free_names(claim.relation) | bound_names(claim.relation)),
    Fault("what a definition uses varies with nothing",         "traps",        OF_NAMES, "reached", _not_looked_behind),
    Fault("a product keeps its order under a transpose",        "inverses",     words.Algebra, "_transposed", lambda real: lambda algebra, word: words.Word(word.factor, real(algebra, word).letters[::-1])),
    Fault("A and the inverse of its transpose cancel",          "inverses",     words, "_cancel", lambda real: lambda a, b: a.base == b.base and a.inverse != b.inverse),
    Fault("an inverse varies with nothing",                     "inverses",     words.Algebra, "_may_depend", _constant(False)),
    Fault("an inverse is symmetric",                            "inverses",     words.Algebra, "_is_symmetric", _constant(True)),
    Fault("what is left of a sum times its inverse is added",   "inverses",     words, "_negative", lambda real: lambda t: t),
    Fault("the determinant of 2A is twice that of A",           "inverses",     determinants, "_power_of_order", lambda real: lambda t, order: t),
    Fault("every logarithm is negative",                        "orders",       tangents, "_at_most_one", _constant(True)),
    Fault("a tangent is above an exponential, too",             "orders",       tangents, "_of_power", lambda real: lambda ctx, m, c: ratio.scale(real(ctx, m, abs(c)), fmpq(1 if c > 0 else -1))),
    Fault("linear relations with the wrong sign",               "double sums",  late, "_combination", _negated),
)
# fmt: on

# --- catching them -------------------------------------------------------------------------------


def slice_of(most: int, seed: int = 1) -> Iterator[tuple[str, int]]:
    """The first claims of every family in turn."""
    for n in range(most):
        yield FAMILIES[n % len(FAMILIES)], (seed - 1) * most + n // len(FAMILIES)


@dataclass(frozen=True, slots=True)
class Catch:
    """After how many claims a proof was lost and a contradiction seen, and which claims these
    were; None where that never happened."""

    fault: Fault
    tried: int
    lost: Outcome | None = None
    contradiction: Outcome | None = None

    def __bool__(self) -> bool:
        return bool(self.lost or self.contradiction)


def healthy(cases: Sequence[Case]) -> list[bool]:
    """Which of the claims are true and proved by the kernel without a fault.

    Raises AssertionError where that kernel already contradicts itself.
    """
    outcomes = [judged_in_time(c, points=4) for c in cases]
    assert not any(o.fault for o in outcomes), [o for o in outcomes if o.fault]
    return [not o.mistake and o.status.startswith("proved") for o in outcomes]


def caught(
    fault: Fault, cases: Sequence[Case], proved: Sequence[bool], at_once: bool = True
) -> Catch:
    """Claims in turn until one notices the fault; without ``at_once`` until one contradicts."""
    lost: Outcome | None = None
    with planted(fault):
        for tried, (subject, known) in enumerate(zip(cases, proved, strict=True), 1):
            outcome = judged_in_time(subject, points=4, seconds=5)
            if outcome.fault:
                return Catch(fault, tried, lost, outcome)
            if outcome.status == "too slow":
                continue
            if known and not outcome.status.startswith("proved"):
                lost = lost or outcome
                if at_once:
                    return Catch(fault, tried, lost)
    return Catch(fault, len(cases), lost)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--most", type=int, default=1000, help="claims until a fault is missed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", nargs="+", help="only faults with these words")
    parser.add_argument(
        "--contradictions",
        action="store_true",
        help="go on after a lost proof, until one contradicts",
    )
    options = parser.parse_args()
    chosen = [f for f in FAULTS if not options.fault or any(w in f.title for w in options.fault)]
    cases = [case(*name) for name in slice_of(options.most, options.seed)]
    print("the healthy kernel first", file=sys.stderr)
    known = healthy(cases)
    found = []
    for fault in chosen:
        start = time.perf_counter()
        catch = caught(fault, cases, known, at_once=not options.contradictions)
        found.append(catch)
        print(f"{fault.title:<54}{time.perf_counter() - start:6.1f} s  {_how(catch)}", flush=True)
    contradicted = sum(catch.contradiction is not None for catch in found)
    print(f"caught {sum(map(bool, found))} of {len(found)}, {contradicted} by a contradiction")
    return 0 if all(found) else 1


def _how(catch: Catch) -> str:
    if not catch:
        return "MISSED"
    lost = f"proof lost: {catch.lost.family} {catch.lost.seed}" if catch.lost else ""
    if catch.contradiction is None:
        return lost
    o = catch.contradiction
    what = o.fault.split(":")[0].split(" at ")[0][:50]
    return f"{what}: {o.family} {o.seed}" + (f"; {lost}" if lost else "")


if __name__ == "__main__":
    sys.exit(main())
