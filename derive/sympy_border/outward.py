"""Terms handed out as SymPy expressions.  Throughout: ``t`` is a term, ``k`` a bound index."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import sympy

from derive.sympy_border.same import NOTHING, ONE, RELATIONS, SAME, SIGNS, Expr, NotConvertible
from derive.term import (
    Add,
    And,
    Assumption,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    binders,
    free_names,
    fresh,
    replace,
    substitute,
)
from derive.vocabulary import FUNCTIONS
from derive.vocabulary.unfold import NoComponents, component, written_out


def to_sympy(t: Term, given: Given = NOTHING) -> Expr:
    """``t`` as a SymPy expression of symbolic dimension.

    Definitions in ``given`` are put in place of their names, functions that SymPy lacks are
    written out by the vocabulary.  Symbols are real, indices and dimensions integers; a stated
    ``x > 0`` makes x positive.  Raises NotConvertible.

    >>> to_sympy(Symbol("x") / Symbol("x"))
    x/x
    """
    return _Outward(given, _dimensions(t, given)).expression(t)


def _dimensions(t: Term, given: Given) -> frozenset[str]:
    ranges = [*given.ranges.values(), *(r for shape in given.shapes.values() for r in shape)]
    uppers = [r.upper for r in ranges] + [b.upper for b in binders(t) if b.upper is not None]
    return frozenset().union(*map(free_names, uppers))


class _Outward(NamedTuple):
    given: Given
    dimensions: frozenset[str]
    bound: frozenset[str] = frozenset()

    def expression(self, t: Term) -> Expr:
        match t:
            case Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case Symbol(name):
                return self._symbol(name)
            case Indexed(name, indices):
                return self._indexed(name, indices)
            case Add(terms):
                return sympy.Add(*map(self.expression, terms), evaluate=False)
            case Mul(factors):
                return sympy.Mul(*map(self.expression, factors), evaluate=False)
            case Neg(Number(value)):
                return sympy.Rational(-value.numerator, value.denominator)
            case Neg(arg):
                return sympy.Mul(-1, self.expression(arg), evaluate=False)
            case Div(numerator, denominator):
                below = sympy.Pow(self.expression(denominator), -1, evaluate=False)
                if numerator == ONE:
                    return below
                return sympy.Mul(self.expression(numerator), below, evaluate=False)
            case Pow(Symbol("e"), exponent) if not self._declared("e"):
                return sympy.exp(self.expression(exponent), evaluate=False)
            case Pow(base, exponent):
                return sympy.Pow(self.expression(base), self.expression(exponent), evaluate=False)
            case Call():
                return self._call(t)
            case Derivative(body, variable):
                return self._derivative(body, variable)
            case Delta(left, right):
                return sympy.KroneckerDelta(self.expression(left), self.expression(right))
            case BigOp():
                return self._big(t)
            case Relation(op, left, right):
                sides = self.expression(left), self.expression(right)
                return RELATIONS[op](*sides, evaluate=False)
            case And(conditions):
                return sympy.And(*map(self.expression, conditions), evaluate=False)
            case Indicator(condition):
                return sympy.Piecewise((1, self.expression(condition)), (0, True), evaluate=False)
            case Cases(branches, otherwise):
                pairs = [(self.expression(v), self.expression(c)) for v, c in branches]
                if otherwise is not None:
                    pairs.append((self.expression(otherwise), True))
                return sympy.Piecewise(*pairs, evaluate=False)
            case Matrix(rows):
                return sympy.ImmutableMatrix([[self.expression(e) for e in row] for row in rows])
            case Transpose(arg) if isinstance(arg, Matrix):
                return self.expression(arg).T
            case Component(of, indices):
                return self.expression(self._component(of, indices))
        raise NotConvertible(f"no SymPy expression for {type(t).__name__} {t}")

    # names

    def _declared(self, name: str) -> bool:
        given = self.given
        return name in self.bound or name in given.shapes or name in given.definitions

    def _symbol(self, name: str) -> Expr:
        if name in self.bound:
            return sympy.Symbol(_python_name(name), integer=True)
        definition = self.given.definitions.get(name)
        if definition is not None and not definition.indices and not definition.parameters:
            return self._opaque(name).expression(definition.body)
        if self.given.shapes.get(name):
            raise NotConvertible(f"the whole array {name}; SymPy needs its components {name}[i]")
        match name:
            case "e" if not self._declared(name):
                return sympy.E
            case r"\pi" if not self._declared(name):
                return sympy.pi
        if name in self.dimensions:
            return sympy.Symbol(_python_name(name), integer=True, positive=True)
        facts = dict(self._facts(Symbol(name)))
        kinds = {a.kind for a in self.given.assumptions if a.term == Symbol(name)}
        if "natural" in kinds:
            facts["nonnegative"] = True
        if kinds & {"integer", "natural"} or name in self.given.ranges:
            facts["integer"] = True
        return sympy.Symbol(_python_name(name), real=True, **facts)

    def _facts(self, t: Symbol) -> Iterable[tuple[str, bool]]:
        zero = Number(Fraction(0))
        for fact, op in SIGNS:
            if Assumption("relation", Relation(op, t, zero)) in self.given.assumptions:
                yield fact, True

    def _indexed(self, name: str, indices: tuple[Term, ...]) -> Expr:
        definition = self.given.definitions.get(name)
        if definition is not None:
            if not definition.indices:
                return self.expression(self._component(definition.body, indices))
            by = dict(zip(definition.indices, indices, strict=True))
            return self._opaque(name).expression(substitute(definition.body, by))
        shape = tuple(self.expression(r.upper) for r in self.given.shapes.get(name, ()))
        base = sympy.IndexedBase(_python_name(name), shape=shape or None, real=True)
        return base[tuple(map(self.expression, indices))]

    def _component(self, of: Term, indices: tuple[Term, ...]) -> Term:
        try:
            return component(of, indices, self.given)
        except NoComponents as error:
            raise NotConvertible(str(error)) from error

    def _opaque(self, *names: str) -> _Outward:
        """The same without these definitions."""
        left = {n: d for n, d in self.given.definitions.items() if n not in names}
        return replace(self, given=replace(self.given, definitions=left))

    # functions

    def _call(self, t: Call) -> Expr:
        if t.order:
            return self._primed(t)
        definition = self.given.definitions.get(t.name)
        if definition is not None and definition.parameters:
            by = dict(zip(definition.parameters, t.args, strict=True))
            return self._opaque(t.name).expression(substitute(definition.body, by))
        if self._unknown_function(t.name):
            function = sympy.Function(_python_name(t.name), real=True)
            return function(*map(self.expression, t.args))
        if t.name == "sqrt":
            half = sympy.Rational(1, 2)
            return sympy.Pow(self.expression(t.args[0]), half, evaluate=False)
        if t.name in SAME:
            return SAME[t.name](*map(self.expression, t.args), evaluate=False)
        row = FUNCTIONS.get(t.name)
        if row is None:
            raise NotConvertible(f"the function {t.name} has no declared meaning")
        if row.component:
            raise NotConvertible(f"the whole vector {t.name}(..); SymPy needs its components")
        try:
            return self.expression(written_out(row, t.args, self.given))
        except NoComponents as error:
            raise NotConvertible(str(error)) from error

    def _unknown_function(self, name: str) -> bool:
        functions = (a.term for a in self.given.assumptions if a.kind == "function")
        return any(isinstance(f, Call) and f.name == name for f in functions)

    def _primed(self, t: Call) -> Expr:
        """u'(a) is the derivative of u(v) by v, at v = a."""
        if len(t.args) != 1:
            raise NotConvertible(f"primes of {t.name} with {len(t.args)} arguments")
        v = Symbol(fresh("v", {*free_names(t), *self.given.definitions, *self.given.shapes}))
        at = self.expression(v)
        body = self.expression(replace(t, order=0, args=(v,)))
        return sympy.Subs(sympy.Derivative(body, (at, t.order)), at, self.expression(t.args[0]))

    def _derivative(self, body: Term, variable: Term) -> Expr:
        name = variable.name if isinstance(variable, Symbol | Indexed) else ""
        if name not in self.given.definitions:
            return sympy.Derivative(self.expression(body), self.expression(variable))
        if not isinstance(variable, Symbol):
            raise NotConvertible(f"a derivative with respect to the defined components of {name}")
        inside = self._opaque(name)  # z = wx + b is independent while we differentiate by it
        at = inside.expression(variable)
        derivative = sympy.Derivative(inside.expression(body), at)
        return sympy.Subs(derivative, at, self.expression(variable))

    # sums, products, maxima

    def _big(self, t: BigOp) -> Expr:
        declared = self.given.ranges.get(t.index)
        if t.lower is None or t.upper is None:
            if declared is None:
                raise NotConvertible(f"the range of the index {t.index} is not declared")
            t = replace(t, lower=declared.lower, upper=declared.upper)
        assert t.lower is not None and t.upper is not None
        lower, upper = self.expression(t.lower), self.expression(t.upper)
        inside = replace(self, bound=self.bound | {t.index})
        body, k = inside.expression(t.body), inside.expression(Symbol(t.index))
        if t.where is not None:
            if t.op not in ("sum", "prod"):
                raise NotConvertible(f"a {t.op} with a condition on its index")
            condition = inside.expression(t.where)
            neutral = 0 if t.op == "sum" else 1
            body = sympy.Piecewise((body, condition), (neutral, True), evaluate=False)
        match t.op:
            case "sum":
                return sympy.Sum(body, (k, lower, upper))
            case "prod":
                return sympy.Product(body, (k, lower, upper))
        if not (lower.is_Integer and upper.is_Integer):
            raise NotConvertible(f"a {t.op} over a symbolic range; SymPy needs concrete bounds")
        return SAME[t.op](*(body.subs(k, n) for n in range(int(lower), int(upper) + 1)))


def _python_name(name: str) -> str:
    r"""The name a Python user would type: ``\alpha`` -> alpha, ``L_{CE}`` -> L_CE."""
    if name.startswith("\\hat{") and name.endswith("}"):
        return _python_name(name[5:-1]) + "hat"
    return name.replace("\\", "").replace("{", "").replace("}", "")
