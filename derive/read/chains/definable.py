"""What an equation can define, and functions of fixed arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from derive.prover.undecided import BEYOND
from derive.read.chains.variables import index_like
from derive.read.matrices import is_capital
from derive.read.moments import is_of_one_place
from derive.read.names import VECTOR_VALUED
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Component,
    Definition,
    Div,
    Given,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    bound_names,
    children,
    contains,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms,
    subterms_of,
)
from derive.vocabulary import MEANT

_DEVIATIONS = frozenset((r"\sigma", r"\tau"))  # whose squares are names in themselves
PLACE = r"\cdot"  # where an argument goes in the name of a function


def definition_of(left: Term, right: Term) -> Definition | None:
    """The definition that ``left = right`` can be: a name, a component, a call of letters; None
    where the left side is nothing that can be defined or the right side speaks of it."""
    found: Definition | None = None
    match left:
        case Symbol(name):
            found = Definition(name, right)
        case Indexed(name, indices) | Component(Symbol(name), indices):
            letters = tuple(i.name for i in indices if isinstance(i, Symbol))
            if len(letters) == len(indices) == len(set(letters)):
                found = Definition(name, right, indices=letters)
            elif len(indices) == 1 and isinstance(indices[0], Number):
                found = Definition(f"{name}_{{{indices[0].value}}}", right)
        case Pow(Symbol(name), Number(value)) if value == 2 and (
            (not is_capital(name) and (name in _DEVIATIONS or _is_size(right)))
            or (name == "S" and contains(right, BigOp))
        ):
            found = Definition(name, Call("sqrt", (right,)))  # σ^2 = .., S^2 = Σ ..
        case Call("log", (Call() | Indexed() as inner,), 0):
            return definition_of(inner, _exponential(right))
        case Call(name, args, 0) if name not in BEYOND:
            letters = tuple(map(parameter_name, args))
            if is_of_one_place(left, right):
                return None
            if args and all(letters) and len(args) == len(set(letters)):
                found = Definition(name, right, parameters=letters)
            elif args:
                found = _of_any_component(left, right)
    if found is None or found.name in free_names(right) - set(found.indices):
        return None
    if found.name in bound_names(right):
        return None
    return found


def _is_size(t: Term) -> bool:
    """Is it a sum, an expectation or made of squares, so that its root is meant by a name whose
    square it is?  Of x^2 = 4 nothing says which x is meant."""
    parts = t.terms if isinstance(t, Add) else (t,)
    squares = all(isinstance(s, Pow) and s.exponent == Number(Fraction(2)) for s in parts)
    return squares or contains(t, BigOp, Call)


# --- functions of one of several things: P(w_o | w_c) --------------------------------------------


def item_function(t: Call) -> str:
    """The name of a family that t is a member of, "" where it is none: P(w \\mid w) for
    P(w_o \\mid w_c)."""
    if t.order or not t.args:
        return ""
    name = t.name
    for a in t.args:
        if not isinstance(a, Indexed) or len(a.indices) != 1:
            return ""
        if r"\cdot" in name:
            name = name.replace(r"\cdot", a.name, 1)
        else:
            name += f"_{a.name}"
    return name if r"\cdot" in t.name else ""


def by_its_items(t: Call) -> Term:
    """P(w_o | w_c) as the member o, c of a family."""
    indices = tuple(a.indices[0] for a in t.args if isinstance(a, Indexed))
    return Indexed(item_function(t), indices, span=t.span)


def _of_any_component(left: Call, right: Term) -> Definition | None:
    """p(x_i | m) = exp(-(x_i - m)^2) as what p(x | m) means: the same for all i."""
    by: dict[Term, Symbol] = {}
    for arg in left.args:
        whole = isinstance(arg, Indexed) and all(isinstance(i, Symbol) for i in arg.indices)
        if isinstance(arg, Indexed) and whole:
            by[arg] = Symbol(arg.name)
        elif not isinstance(arg, Symbol):
            return None

    def change(t: Term) -> Term:
        return by[t] if t in by else rebuild(t, change)

    letters = tuple(s.name for s in (by.get(a, a) for a in left.args) if isinstance(s, Symbol))
    indices = {i for t in by for i in free_names(t)} - {s.name for s in by.values()}
    body = change(right)
    arrays = {s.name for s in subterms_of(body, Indexed)}
    if len(set(letters)) < len(letters) or arrays & set(letters) or indices & free_names(body):
        return None
    if not {s.name for s in by.values()} <= free_names(body):
        return None  # h(x_i) = c is said of these x_i
    return Definition(left.name, body, parameters=letters)


def parameter_name(t: Term) -> str:
    """The name of a parameter, x or \\theta_{0}; "" for what is none."""
    match t:
        case Symbol(name):
            return name
        case Indexed(name, (Number(value),)):
            return f"{name}_{{{value}}}"
    return ""


def variance(t: Term) -> Symbol | None:
    """The σ of σ^2 as a name in itself."""
    match t:
        case Pow(Symbol(name) as deviation, Number(value)) if value == 2 and name in _DEVIATIONS:
            return deviation
    return None


def with_deviations(t: Call) -> Call:
    """L(μ, σ^2) as the function of μ and σ that it is as well."""
    return replace(t, args=tuple(variance(a) or a for a in t.args))


def _exponential(t: Term) -> Term:
    """exp(t), for a - log Z as exp(a) / Z."""
    terms = t.terms if isinstance(t, Add) else (t,)
    kept: list[Term] = []
    above: list[Term] = []
    below: list[Term] = []
    for s in terms:
        match s:
            case Neg(Call("log", (arg,), 0)):
                below.append(arg)
            case Call("log", (arg,), 0):
                above.append(arg)
            case _:
                kept.append(s)
    if kept:
        inside = kept[0] if len(kept) == 1 else Add(tuple(kept))
        above.insert(0, Call("exp", (inside,), span=t.span))
    top = above[0] if len(above) == 1 else Mul(tuple(above)) if above else Number(Fraction(1))
    for arg in below:
        top = Div(top, arg)
    return top


def is_softmax(body: Term, name: str, indices: tuple[Term, ...]) -> bool:
    """Whether ``body`` is exp(name_i) / Σ_k exp(name_k)."""
    if not isinstance(body, Div) or not isinstance(body.denominator, BigOp):
        return False
    total = body.denominator
    above = _exponent(body.numerator)
    below = _exponent(total.body)
    if total.op != "sum" or total.where is not None:
        return False
    return above == Indexed(name, indices) and below == Indexed(name, (Symbol(total.index),))


def _exponent(t: Term) -> Term | None:
    if isinstance(t, Pow) and t.base == Symbol("e"):
        return t.exponent
    if isinstance(t, Call) and t.name == "exp" and len(t.args) == 1:
        return t.args[0]
    return None


# --- functions of fixed arguments -----------------------------------------------------------------


def implicit(relation: Relation, given: Given) -> Iterator[Definition]:
    """Definitions of functions that do not mention their arguments, I(X) = -log p, where the claim
    has them of other arguments: what their names stand for may depend on the argument."""
    for call in subterms_of(relation, Call):
        d = given.definitions.get(call.name)
        if d is None or not d.parameters or set(d.parameters) & free_names(d.body):
            continue
        if call.args != tuple(map(Symbol, d.parameters)) and free_names(d.body):
            yield d


def spelled_out(relation: Relation, given: Given) -> Given:
    """I(X) = -log p as I(X) = -log p(X) where the claim has p of something."""
    if not any(d.parameters for d in given.definitions.values()):
        return given
    called = {(s.name, len(s.args)) for s in subterms_of(relation, Call)}
    definitions = dict(given.definitions)
    for d in implicit(relation, given):
        arguments = tuple(map(Symbol, d.parameters))
        heads = {n for n in free_names(d.body) if (n, len(arguments)) in called}

        by: dict[str, Term] = {name: Call(name, arguments) for name in heads}
        definitions[d.name] = replace(d, body=substitute(d.body, by))
    return replace(given, definitions=definitions) if definitions != given.definitions else given


def fixed(relation: Relation, given: Given) -> tuple[Relation, Given]:
    """H(p, y) as a scalar and P(Y = j | X = x) as a family over j, where the other arguments are
    the same names everywhere: the kernel knows functions of scalars only."""
    given = spelled_out(relation, given)
    for name, d in given.definitions.items():
        if not d.parameters:
            continue
        by_index = index_like(d)
        if not by_index and not _takes_arrays(d, given):
            continue
        terms = [relation, *(a.term for a in given.assumptions)]
        terms += [other.body for other in given.definitions.values()]
        calls = [s for t in terms for s in subterms_of(t, Call) if s.name == name]
        if not all(_same_arguments(c, d, by_index) for c in calls):
            if not by_index and (found := _at_arrays(relation, d, given)) is not None:
                relation, given = found
            continue
        kept = tuple(p for p in d.parameters if p in by_index)
        whole = _with_arguments(d, kept)

        def change(
            t: Term,
            name: str = name,
            d: Definition = d,
            kept: tuple[str, ...] = kept,
            whole: str = whole,
        ) -> Term:
            t = rebuild(t, change)
            if isinstance(t, Call) and t.name == name:
                by = dict(zip(d.parameters, t.args, strict=True))
                indices = tuple(by[p] for p in kept)
                return Indexed(whole, indices, span=t.span) if kept else Symbol(whole, span=t.span)
            return t

        definitions = {
            n: replace(other, body=change(other.body)) for n, other in given.definitions.items()
        }
        del definitions[name]
        definitions[whole] = Definition(whole, change(d.body), indices=kept, line=d.line)
        assumptions = tuple(replace(a, term=change(a.term)) for a in given.assumptions)
        given = replace(given, definitions=definitions, assumptions=assumptions)
        new = change(relation)
        assert isinstance(new, Relation)
        relation = new
    return relation, given


def _at_arrays(relation: Relation, d: Definition, given: Given) -> tuple[Relation, Given] | None:
    """f(x^+) and f(x + c h) by the components of f(x) = Σ_i a_i x_i^2; None where that is not how
    f is defined, or where an argument has other components."""

    def change(t: Term) -> Term | None:
        if isinstance(t, Call) and t.name == d.name:
            if t.order or len(t.args) != len(d.parameters):
                return None
            return _of_components(d.body, dict(zip(d.parameters, t.args, strict=True)), given)
        parts: list[Term] = []

        def look(s: Term) -> Term:
            new = change(s)
            parts.append(s if new is None else new)
            failed.append(new is None)
            return parts[-1]

        failed: list[bool] = []
        new = rebuild(t, look)
        return None if any(failed) else new

    changed = change(relation)
    if not isinstance(changed, Relation):
        return None
    definitions: dict[str, Definition] = {}
    for name, other in given.definitions.items():
        body = change(other.body) if name != d.name else other.body
        if body is None:
            return None
        definitions[name] = replace(other, body=body)
    assumptions: list[Assumption] = []
    for a in given.assumptions:
        said = change(a.term)
        if said is None:
            return None
        assumptions.append(replace(a, term=said))
    return changed, replace(given, definitions=definitions, assumptions=tuple(assumptions))


def _of_components(body: Term, by: Mapping[str, Term], given: Given) -> Term | None:
    """``body`` with the components of arrays in the place of those of its parameters."""
    if any(s.name in by and by[s.name] != s for s in subterms_of(body, Symbol)):
        return None
    bound = bound_names(body)
    if any(free_names(a) & bound for a in by.values()):
        return None
    missing: list[str] = []

    def change(t: Term) -> Term:
        t = rebuild(t, change)
        if isinstance(t, Indexed) and t.name in by:
            new = _component(by[t.name], t.indices, given)
            if new is None:
                missing.append(t.name)
                return t
            return new
        return t

    changed = change(body)
    return None if missing else changed


def _component(t: Term, indices: tuple[Term, ...], given: Given) -> Term | None:
    """The component of an array, of a sum of arrays, of one times a number."""

    def is_array(name: str) -> bool:
        own = given.definitions.get(name)
        axes = len(own.indices) if own is not None else len(given.shapes.get(name, ()))
        return axes == len(indices)

    match t:
        case Symbol(name):
            return Indexed(name, indices, span=t.span) if is_array(name) else None
        case Neg(arg):
            inner = _component(arg, indices, given)
            return Neg(inner, span=t.span) if inner is not None else None
        case Add(terms):
            parts = [_component(s, indices, given) for s in terms]
            known = tuple(s for s in parts if s is not None)
            return Add(known, span=t.span) if len(known) == len(parts) else None
        case Mul(factors):
            arrays = [n for n, f in enumerate(factors) if _component(f, indices, given) is not None]
            others = [f for n, f in enumerate(factors) if n not in arrays]
            if len(arrays) != 1 or any(_has_arrays(f, given) for f in others):
                return None
            own = _component(factors[arrays[0]], indices, given)
            return Mul(tuple(own if n in arrays and own else f for n, f in enumerate(factors)))
    return None


def _has_arrays(t: Term, given: Given) -> bool:
    whole = {s.name for s in subterms_of(t, Symbol) if isinstance(s, Symbol)}
    shaped = {n for n, axes in given.shapes.items() if axes}
    return bool(whole & (shaped | {n for n, d in given.definitions.items() if d.indices}))


def _with_arguments(d: Definition, kept: tuple[str, ...]) -> str:
    """The name of a function with its parameters at the places for them, KL(p \\mid q), and
    without the last one where that is ``kept`` as an index: π_θ of π_θ(a)."""
    pieces = d.name.split(PLACE)
    if len(pieces) != len(d.parameters) + 1:
        return d.name
    if not kept:
        return "".join(a + b for a, b in zip(pieces, (*d.parameters, ""), strict=True))
    if kept != d.parameters[-1:] or not d.name.endswith(f"({PLACE})"):
        return d.name
    filled = "".join(a + b for a, b in zip(pieces, d.parameters[:-1], strict=False))
    return filled + pieces[-2].removesuffix("(")


def tabulated(relation: Relation, given: Given) -> Relation:
    """Functions of which nothing is said and that stand only at what a sum runs over, as families:
    q(x) under Σ_x is q_x."""
    calls: dict[str, bool] = {}

    def look(t: Term, bound: frozenset[str]) -> None:
        if isinstance(t, BigOp):
            bound = bound | {t.index}
        if isinstance(t, Call) and t.name not in MEANT:
            summed = all(isinstance(a, Symbol) and a.name in bound for a in t.args)
            own = bool(t.args) and summed and not t.order
            calls[t.name] = calls.get(t.name, True) and own
        for s in children(t):
            look(s, bound)

    look(relation, frozenset())
    names = {n for n, own in calls.items() if own} - given.definitions.keys()
    names -= {
        s.name for s in subterms_of(relation, Symbol, Indexed) if isinstance(s, (Symbol, Indexed))
    }
    behind = [*(d.body for d in given.definitions.values()), *(a.term for a in given.assumptions)]
    names -= {c.name for t in behind for c in subterms_of(t, Call) if isinstance(c, Call)}
    if not names:
        return relation

    def change(t: Term) -> Term:
        t = rebuild(t, change)
        if isinstance(t, Call) and t.name in names:
            return Indexed(t.name, t.args, span=t.span)
        return t

    changed = change(relation)
    assert isinstance(changed, Relation)
    return changed


def _takes_arrays(d: Definition, given: Given) -> bool:
    parameters = set(d.parameters)
    for s in subterms(d.body):
        if isinstance(s, Indexed) and s.name in parameters:
            return True
        if isinstance(s, Call) and s.name in VECTOR_VALUED:
            return True
    return any(given.shapes.get(p) for p in parameters)


def _same_arguments(call: Call, d: Definition, by_index: frozenset[str]) -> bool:
    if call.order or len(call.args) != len(d.parameters):
        return False
    return all(
        p in by_index or a == Symbol(p) for p, a in zip(d.parameters, call.args, strict=True)
    )
