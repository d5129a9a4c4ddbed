"""SymPy expressions taken over as terms.  Throughout: ``e`` is a SymPy expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import sympy
from sympy.core.function import AppliedUndef

from derive.sympy_border.outward import to_sympy
from derive.sympy_border.same import (
    NOT_TAKEN_OVER,
    NOTHING,
    ONE,
    OUR_NAME,
    OUR_RELATION,
    SIGNS,
    SUPPORTED,
    Expr,
    NotConvertible,
)
from derive.sympy_border.settled import settled
from derive.term import (
    Add,
    And,
    Assumption,
    BigOp,
    Call,
    Cases,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Pow,
    Range,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh,
    replace,
    term,
)
from derive.term.text import text
from derive.vocabulary import FUNCTIONS


def from_sympy(e: Expr, given: Given = NOTHING) -> tuple[Term, Given]:
    """``e`` as a term, with what its symbols assume, the shapes of its arrays and the ranges of
    its free indices; ``given`` says more and takes precedence.

    A symbol without assumptions counts as real; Assumption("real", ..) notes it.  Raises
    NotConvertible, also where two different symbols have one name.

    >>> x = sympy.Symbol("x", positive=True)
    >>> t, given = from_sympy(sympy.log(x))
    >>> t, [a.term.op for a in given.assumptions]
    (Call(name='log', args=(Symbol(name='x'),), order=0), ['>'])
    """
    if not isinstance(e, sympy.Basic | sympy.MatrixBase):
        raise NotConvertible(f"{type(e).__name__} is no SymPy expression")
    inward = _Inward(given)
    inward.name_free(e)
    t = inward.term(e)
    found = inward.given_after()
    return settled(t, found.ranges), found


def equation(lhs: Expr, rhs: Expr) -> Expr:
    """``lhs = rhs`` as SymPy writes it, not evaluated."""
    return sympy.Eq(lhs, rhs, evaluate=False)


@dataclass
class _Inward:
    """One conversion: the names that were met and what was learned of them."""

    given: Given
    owner: dict[str, Expr] = field(default_factory=dict)  # name -> the SymPy object that has it
    bound: dict[Expr, str] = field(default_factory=dict)  # a bound index -> its name, in scope
    limits: dict[str, Range] = field(default_factory=dict)  # index -> its range, in scope
    sizes: dict[str, tuple[Expr, ...]] = field(default_factory=dict)  # IndexedBase.shape
    met: dict[tuple[str, int], list[Range]] = field(default_factory=dict)  # (array, axis) -> ..
    free_at: list[tuple[str, str, int]] = field(default_factory=list)  # (index, array, axis)
    counting: set[str] = field(default_factory=set)  # names of indices and of bounds
    functions: dict[str, Call] = field(default_factory=dict)

    # names

    def name_free(self, e: Expr) -> None:
        """Give what is free its name first: bound indices give way to it."""
        labels = {base.label for base in e.atoms(sympy.IndexedBase)}
        families = {_latex_name(label) for label in labels}
        free = e.free_symbols - labels
        for s in sorted(free, key=sympy.default_sort_key):
            if isinstance(s, sympy.Symbol | sympy.Idx):
                name, _, low = self._own(s).partition("_{")
                if low[:-1].isdecimal() and name in families:
                    raise NotConvertible(
                        f"{s} and {name}[{low[:-1]}] are written alike; rename one"
                    )

    def _own(self, s: Expr) -> str:
        """The name of a free symbol or of an array; one name has one owner."""
        name = _latex_name(s)
        if self.owner.setdefault(name, s) != s:
            raise NotConvertible(f"two different symbols are called {name}")
        if name in ("e", r"\pi"):
            raise NotConvertible(f"a symbol called {name} would be read as the constant; rename it")
        return name

    def _symbol(self, s: Expr) -> Symbol:
        return Symbol(self.bound.get(s) or self._own(s))

    # nodes

    def term(self, e: Expr) -> Term:
        match e:
            case sympy.Rational():
                return term(Fraction(int(e.p), int(e.q)))
            case sympy.Float():
                raise NotConvertible(f"{e} is not exact; write it as a Rational")
            case sympy.Symbol() | sympy.Idx():
                return self._symbol(e)
            case sympy.Indexed():
                return self._indexed(e)
            case sympy.Add():
                return Add(tuple(map(self.term, e.args)))
            case sympy.Mul():
                return self._product(e.args)
            case sympy.Pow():
                return self._power(e.base, e.exp)
            case sympy.Sum():
                return self._big("sum", e)
            case sympy.Product():
                return self._big("prod", e)
            case sympy.KroneckerDelta():
                left, right = self.term(e.args[0]), self.term(e.args[1])
                self.counting |= free_names(left) | free_names(right)
                return Delta(left, right)
            case sympy.Derivative():
                return self._derivative(e)
            case sympy.Subs():
                return self._primed(e)
            case sympy.Piecewise():
                return self._cases(e)
            case sympy.And():
                return And(tuple(map(self.term, e.args)))
            case sympy.MatrixBase():
                rows = e.tolist()
                return Matrix(tuple(tuple(self.term(entry) for entry in row) for row in rows))
            case sympy.Heaviside():
                x, zero = self.term(e.args[0]), term(0)
                steps = (ONE, Relation(">", x, zero)), (zero, Relation("<", x, zero))
                return Cases(steps, self.term(e.args[1]))
            case sympy.re() | sympy.conjugate():  # from diff(Abs(x)); every name is real here
                return self.term(e.args[0])
            case sympy.im():
                return term(0)
            case sympy.erfc():
                return ONE - Call("erf", (self.term(e.args[0]),))
            case AppliedUndef():
                return self._unknown_function(e)
        if e == sympy.pi:
            return Symbol(r"\pi")
        if e == sympy.E:
            return Call("exp", (ONE,))
        if e in (sympy.true, sympy.false):
            raise NotConvertible(f"SymPy has decided this already: {e}; use evaluate=False")
        kind = type(e)
        if kind in OUR_RELATION:
            return Relation(OUR_RELATION[kind], self.term(e.lhs), self.term(e.rhs))
        if kind in OUR_NAME:
            first, *more = map(self.term, e.args)
            if kind not in (sympy.Max, sympy.Min):
                return Call(OUR_NAME[kind], (first, *more))
            for arg in more:
                first = Call(OUR_NAME[kind], (first, arg))
            return first
        raise NotConvertible(f"{kind.__name__} is not taken over; what is: {SUPPORTED}")

    def _product(self, factors: tuple[Expr, ...]) -> Term:
        """A quotient where some factors have negative powers, a minus sign in front."""
        above: list[Term] = []
        below: list[Term] = []
        negative = False
        for f in factors:
            if isinstance(f, sympy.Rational):
                negative ^= bool(f.p < 0)
                above += [term(abs(int(f.p)))] if abs(f.p) != 1 else []
                below += [term(int(f.q))] if f.q != 1 else []
            elif isinstance(f, sympy.Pow) and isinstance(f.exp, sympy.Rational) and f.exp < 0:
                below.append(self._power(f.base, -f.exp))
            else:
                above.append(self.term(f))
        value = _times(above) if not below else Div(_times(above), _times(below))
        return Neg(value) if negative else value

    def _power(self, base: Expr, exponent: Expr) -> Term:
        if isinstance(exponent, sympy.Rational) and exponent < 0:
            return Div(ONE, self._power(base, -exponent))
        if exponent == 1:
            return self.term(base)
        if exponent == sympy.Rational(1, 2):
            return Call("sqrt", (self.term(base),))
        if base == sympy.E:
            return Call("exp", (self.term(exponent),))
        return Pow(self.term(base), self.term(exponent))

    def _indexed(self, e: Expr) -> Indexed:
        base = e.base
        if not isinstance(base, sympy.IndexedBase):
            raise NotConvertible(f"a component of {base}, which is no IndexedBase")
        name = self._own(base)
        if base.shape is not None:
            self.sizes[name] = tuple(base.shape)
        for axis, index in enumerate(e.indices):
            if index in self.bound:
                limits = self.limits.get(self.bound[index])
                if limits is not None:
                    self.met.setdefault((name, axis), []).append(limits)
            elif isinstance(index, sympy.Symbol | sympy.Idx):
                self.free_at.append((self._own(index), name, axis))
                if isinstance(index, sympy.Idx) and index.lower is not None:
                    own = Range(self.term(index.lower), self.term(index.upper))
                    self.met.setdefault((name, axis), []).append(own)
        return Indexed(name, tuple(map(self.term, e.indices)))

    def _big(self, op: str, e: Expr) -> Term:
        outside = dict(self.bound), dict(self.limits)
        entered: list[tuple[str, Term, Term]] = []
        for limit in reversed(e.limits):  # SymPy writes the innermost first
            if len(limit) != 3:
                raise NotConvertible(f"{e} has no bounds")
            k, lower, upper = limit[0], self.term(limit[1]), self.term(limit[2])
            self.counting |= free_names(lower) | free_names(upper)
            name = fresh(_latex_name(k), {*self.owner, *self.bound.values()})
            self.bound[k] = name
            if not (free_names(lower) | free_names(upper)) & set(self.bound.values()):
                self.limits[name] = Range(lower, upper)  # else it depends on an outer index
            entered.append((name, lower, upper))
        body = self.term(e.function)
        for name, lower, upper in reversed(entered):
            body = BigOp(op, name, lower, upper, body)
        self.bound, self.limits = outside
        return body

    def _derivative(self, e: Expr) -> Term:
        body = self.term(e.expr)
        for variable, times in e.variable_count:
            if not isinstance(variable, sympy.Symbol | sympy.Indexed):
                raise NotConvertible(f"a derivative with respect to {variable}")
            if not times.is_Integer:
                raise NotConvertible(f"a derivative of symbolic order {times}")
            for _ in range(int(times)):
                body = Derivative(body, self.term(variable))
        return body

    def _primed(self, e: Expr) -> Term:
        """u'(a), which SymPy writes Subs(Derivative(u(v), v), v, a)."""
        derivative, (v, *others), (point, *_) = e.args
        u = getattr(derivative, "expr", None)
        if isinstance(u, AppliedUndef) and u.args == (v,) and not others:
            order = derivative.derivative_count
            if derivative.variables == (v,) * order:
                call = self._unknown_function(u.func(point))
                return Call(call.name, call.args, order)
        raise NotConvertible(f"Subs other than a derivative of an unknown function: {e}")

    def _unknown_function(self, e: Expr) -> Call:
        name = _latex_name(sympy.Symbol(e.func.__name__))
        if e.func.__name__ in FUNCTIONS or name in FUNCTIONS:
            raise NotConvertible(
                f"an undefined function called {name}, which has a meaning here: "
                f"take derive.models.{e.func.__name__} or another name"
            )
        self.functions.setdefault(name, Call(name, tuple(map(Symbol, "uvwxyz"[: len(e.args)]))))
        return Call(name, tuple(map(self.term, e.args)))

    def _cases(self, e: Expr) -> Cases:
        branches: list[tuple[Term, Term]] = []
        for value, condition in e.args:
            if condition == sympy.true:
                return Cases(tuple(branches), self.term(value))
            alternatives = condition.args if isinstance(condition, sympy.Or) else (condition,)
            branches += [(self.term(value), self.term(c)) for c in alternatives]
        return Cases(tuple(branches))

    # what was learned

    def given_after(self) -> Given:
        """What was given, and what the conversion has found besides."""
        shapes, ranges = dict(self.given.shapes), dict(self.given.ranges)
        known = self._axes()
        for index, array, axis in self.free_at:
            if (array, axis) in known:
                found, other = known[array, axis], ranges.get(index)
                if other is not None and other != found:
                    raise NotConvertible(
                        f"the index {index} runs over {text(other.lower)}..{text(other.upper)} "
                        f"and, in {array}, over {text(found.lower)}..{text(found.upper)}"
                    )
                ranges[index] = found
        unnamed = {*self.owner, *shapes, *ranges}
        for index, array, axis in self.free_at:
            if index not in ranges:  # nothing bounds it: any size will do
                size = fresh("n", unnamed)
                unnamed.add(size)
                ranges[index] = Range(ONE, Symbol(size))
            known.setdefault((array, axis), ranges[index])
        for name, axes in _by_array(known).items():
            shapes.setdefault(name, axes)
        return self._with_assumptions(replace(self.given, ranges=ranges, shapes=shapes))

    def _axes(self) -> dict[tuple[str, int], Range]:
        """The range of each axis that sums, indices or shapes tell."""
        known: dict[tuple[str, int], Range] = {}
        for name, shape in self.given.shapes.items():
            known.update(((name, axis), r) for axis, r in enumerate(shape))
        for place, ranges in self.met.items():
            known.setdefault(place, self._widest(place[0], ranges))
        for name, sizes in self.sizes.items():
            for axis, size in enumerate(sizes):
                known.setdefault((name, axis), Range(term(0), self.term(size - 1)))
        return known

    def _widest(self, name: str, ranges: list[Range]) -> Range:
        """The range that holds all others."""
        for r in ranges:
            if all(_at_most(r.lower, s.lower) and _at_most(s.upper, r.upper) for s in ranges):
                return r
        raise NotConvertible(f"{name} is summed over ranges of which none holds the others")

    def _with_assumptions(self, given: Given) -> Given:
        assumptions: list[Assumption] = []
        sizes = [*given.ranges.values(), *(r for shape in given.shapes.values() for r in shape)]
        counting = self.counting.union(
            given.ranges, *(free_names(r.lower) | free_names(r.upper) for r in sizes)
        )
        for name, s in sorted(self.owner.items()):
            facts = s.assumptions0
            _check_facts(name, facts)
            if name in counting:  # indices and dimensions are integers, dimensions positive
                continue
            subject: Term = Symbol(name)
            if isinstance(s, sympy.IndexedBase) and name in given.shapes:
                indices = self._indices(given.shapes[name], given.ranges)
                if any(facts.get(fact) for fact, _ in SIGNS):
                    more = dict(zip(indices, given.shapes[name], strict=True))
                    given = replace(given, ranges={**given.ranges, **more})
                    subject = Indexed(name, tuple(map(Symbol, indices)))
            sign = next((op for fact, op in SIGNS if facts.get(fact)), None)
            if sign is not None:
                assumptions.append(Assumption("relation", Relation(sign, subject, term(0))))
            if facts.get("integer"):
                assumptions.append(Assumption("integer", Symbol(name)))
            if facts.get("real") is None:
                assumptions.append(Assumption("real", Symbol(name)))
        assumptions += [Assumption("function", call) for call in self.functions.values()]
        return given.with_assumptions(*assumptions)

    def _indices(self, shape: tuple[Range, ...], ranges: Mapping[str, Range]) -> list[str]:
        """Names for "all components of": not free in the claim, and not of another range."""
        names: list[str] = []
        for axis in shape:
            taken = {n for n, r in ranges.items() if r != axis} | {*self.owner, *names}
            names.append(next((n for n in "ijkl" if n not in taken), fresh("i", taken)))
        return names


def _times(factors: list[Term]) -> Term:
    if not factors:
        return ONE
    return Mul(tuple(factors)) if len(factors) > 1 else factors[0]


def _by_array(known: Mapping[tuple[str, int], Range]) -> dict[str, tuple[Range, ...]]:
    """Shapes of the arrays all of whose axes are known."""
    shapes: dict[str, tuple[Range, ...]] = {}
    for name in {name for name, _ in known}:
        axes = {axis: r for (n, axis), r in known.items() if n == name}
        if sorted(axes) == list(range(len(axes))):
            shapes[name] = tuple(axes[n] for n in range(len(axes)))
    return shapes


def _at_most(s: Term, t: Term) -> bool:
    """Whether s <= t for all values: known of equal terms and of terms that differ by a number."""
    difference = sympy.expand(to_sympy(t) - to_sympy(s))
    return bool(difference.is_number and difference >= 0)


def _check_facts(name: str, facts: Mapping[str, bool]) -> None:
    lost = [fact for fact in NOT_TAKEN_OVER if facts.get(fact)]
    if lost:
        raise NotConvertible(f"the assumption that {name} is {lost[0]}")
    complex_ = facts.get("complex") and facts.get("real") is None  # said to be complex
    if complex_ or facts.get("real") is False or facts.get("commutative") is False:
        raise NotConvertible(f"{name} is not a real number")


def _latex_name(s: Expr) -> str:
    r"""The canonical name: LaTeX as SymPy prints the symbol (alpha -> ``\alpha``)."""
    label = s.label if isinstance(s, sympy.IndexedBase | sympy.Idx) else s
    return str(sympy.latex(sympy.Symbol(label.name)))
