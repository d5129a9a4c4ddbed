"""What a relation claims: its claims under the weakest meaning of its names, and under what may
be meant besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from derive.read.chains.assemble import Raw
from derive.read.chains.chances import Chances
from derive.read.chains.definable import tabulated
from derive.read.chains.layers import (
    are_layered,
    by_layer,
    definitions,
    errors_put_in,
    says_what_units_are,
)
from derive.read.chains.levels import by_level
from derive.read.chains.model import Supposed
from derive.read.chains.recursion import closed_forms, unfolded, with_members
from derive.read.chains.suppose import (
    Supposition,
    dependences,
    entries,
    head,
    independent,
    matched,
    suppositions,
)
from derive.read.chains.understand import first_relation
from derive.read.chains.variables import between
from derive.read.claim import claims
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Claim,
    Definition,
    Derivative,
    Indexed,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    rebuild,
    replace,
    subterms_of,
    term,
)


class Suppositions(Chances):
    """The claims of a relation."""

    def _all_supposed(
        self,
        readings: Sequence[Relation],
        raw: Raw,
        pool: Sequence[Assumption],
        doubt: frozenset[str],
        silently: Sequence[Relation],
        besides: Iterable[Supposed],
        settled: bool,
    ) -> Iterator[Supposed]:
        """What may be meant by a step beside what it says, one after the other; ``settled``: how a
        sequence goes on is all that it supposes, and is said."""
        if doubt:
            yield from self._of_samples(readings[0], raw, doubt)
            yield from self._whatever_they_mean(readings[0], raw)
            for before in (pool, ()) if pool else ((),):
                yield from self._supposed(readings[0], raw, before)
                yield from self._by_chance(readings[0], raw, before)
                yield from self._in_tables(readings[0], raw, before)
        yield from self._going_on(readings[0], raw, settled)
        yield from self._by_level(readings[0], raw, doubt)
        yield from self._held(readings[0], raw)
        yield from self._untied(readings[0], raw)
        yield from self._inverted(readings[0], raw, doubt)
        if silently:
            yield from self._summing(readings[-1], silently, raw)
        yield from besides

    def _supposed(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step under what may be meant by names of unknown meaning."""
        known, said = self._never_supposed(), self.by_use[: self.uses]
        try:
            for plain, _ in self._weakest(self._plain(relation, raw, pool)):
                yield from self._with_earlier(plain, raw, said, known)
            if said:
                bare = (Claim(*meant) for meant in self._meant(relation, raw, pool))
                for claim, _ in self._weakest(bare):
                    yield from self._earlier_said(claim, raw, said, known)
            yield from self._in_layers(relation, raw, known)
        except ReadError:
            return

    def _whatever_they_mean(self, relation: Relation, raw: Raw) -> Iterator[Supposed]:
        """The step for all values of its names, where it differentiates nothing: what holds so
        holds for g = ∂L/∂y, too, with an L of which nothing is known."""
        try:
            for meant, given in self._meant(relation, raw, ()):
                primes = (c for c in subterms_of(meant, Call) if isinstance(c, Call) and c.order)
                if given.definitions and not contains(meant, Derivative) and not any(primes):
                    bare = replace(given, definitions={}, assumptions=())
                    found = claims((meant,), bare, ranks=self.arrays)
                    yield from (Supposed(claim, ()) for claim, _ in self._weakest(found))
        except ReadError:
            return

    def _going_on(self, relation: Relation, raw: Raw, settled: bool) -> Iterator[Supposed]:
        """The step with what the text says of how a sequence goes on put in."""
        # Of each sequence the text says first how it goes on; what it says then is claimed.
        first = {e.left.name: e for e in self._sequences(raw.at) if isinstance(e.left, Indexed)}
        numbered = self._by_start(relation, raw.at)
        try:
            for claim, _ in self._weakest(self._plain(numbered, raw, ()) if numbered else ()):
                yield Supposed(claim, (), settled=settled)
            for later, equation in self._unfolded(relation, raw):
                said = equation in first.values()
                needs = () if said else (Assumption("relation", equation),)
                for claim, _ in self._weakest(self._plain(later, raw, ())):
                    yield Supposed(claim, needs, settled=settled)
            for grows, begins in closed_forms(relation, self._sequences(raw.at)):
                circular = begins.left in subterms_of(begins.right, Indexed)
                if circular and begins.left != begins.right:
                    continue  # x_0 = x_0 / 2 is no beginning
                needs = () if self._begins_so(begins, raw) else (Assumption("relation", begins),)
                for claim, _ in self._weakest(self._plain(grows, raw, ())):
                    yield Supposed(claim, needs)
        except ReadError:
            return

    def _begins_so(self, begins: Relation, raw: Raw) -> bool:
        """Whether the text says how a sequence begins: v_0 = 0."""
        head = begins.left
        assert isinstance(head, Indexed)
        own = self.meaning.definition(f"{head.name}_{{0}}", raw.at)
        said = [e for _, e in (*self.starts, *self.open)] + [a.term for a in self.meaning.known]
        known = own is not None and own.body == begins.right
        return known or begins.left == begins.right or begins in said

    def _gone_on(self, relation: Relation, raw: Raw) -> Relation | None:
        """The relation with how a sequence goes on put in, where there is one equation that the
        text can mean for that; a line that begins with a member may say another one."""
        if (numbered := self._by_start(relation, raw.at)) is not None:
            return numbered
        heads = [e.left.name for e in self._sequences(raw.at) if isinstance(e.left, Indexed)]
        if isinstance(relation.left, Indexed) and relation.left.name in heads:
            return None
        found = list(self._unfolded(relation, raw))
        alone = len(found) == 1 and all(
            isinstance(e.left, Indexed) and heads.count(e.left.name) == 1 for _, e in found
        )
        return found[0][0] if alone else None

    def _unfolded(self, relation: Relation, raw: Raw) -> Iterator[tuple[Relation, Relation]]:
        """The relation with members of a sequence by earlier ones, and the equation put in."""
        sequences = self._sequences(raw.at)
        if not sequences:
            return
        of = {e.left.name for e in sequences if isinstance(e.left, Indexed)}
        known = self.meaning.at(relation, raw.at).definitions
        opened = with_members(relation, known, of)
        assert isinstance(opened, Relation)
        yield from unfolded(opened, sequences)

    def _held(self, relation: Relation, raw: Raw) -> Iterator[Supposed]:
        """The step with what depends on the variable held fixed: responsibilities, with EM."""
        if not contains(relation, Derivative):
            return
        try:
            for plain in self._plain(relation, raw, ()):
                assert isinstance(plain.relation, Relation)
                names = between(plain.relation, plain.given)
                if not names:
                    continue
                definitions = {n: d for n, d in plain.given.definitions.items() if n not in names}
                rates = [Derivative(Symbol(n), Symbol(by)) for n, by in sorted(names.items())]
                needs = tuple(Assumption("relation", Relation("=", r, term(0))) for r in rates)
                given = replace(plain.given, definitions=definitions)
                under = claims((plain.relation,), given, ranks=self.arrays)
                yield from (Supposed(claim, needs) for claim, _ in self._weakest(under, names))
        except ReadError:
            return

    def _by_level(self, relation: Relation, raw: Raw, doubt: frozenset[str]) -> Iterator[Supposed]:
        """The step with layers told apart by their numbers; what is false so is false, if the text
        says what all its layers are."""
        known = self._never_supposed()
        try:
            for meant, given in self._meant(relation, raw, ()):
                found = by_level(meant, lambda name: self.meaning.definition(name, raw.at))
                if found is None:
                    return
                told, layers = found
                names = {*layers, *free_names(told)}
                own = {n: d for n, d in given.definitions.items() if n in names}
                kept = tuple(a for a in given.assumptions if free_names(a.term) <= names)
                level = replace(given, definitions={**own, **layers}, assumptions=kept, shapes={})
                for claim in claims((told,), level, ranks=self.arrays):
                    for plain, unknown in self._weakest((claim,)):
                        layered = all(n.endswith(r"^{(\cdot)}") for n in doubt)
                        yield Supposed(plain, (), settled=not unknown and layered)
                        yield from self._by_form(plain, raw.at, known)
        except ReadError:
            return

    def _untied(self, relation: Relation, raw: Raw) -> Iterator[Supposed]:
        """The step without what restricts the variable it differentiates by, Σ_k p_k = 1: a partial
        derivative varies one p_j alone."""
        by = {
            s.variable.name
            for s in subterms_of(relation, Derivative)
            if isinstance(s, Derivative) and isinstance(s.variable, (Symbol, Indexed))
        }
        try:
            for meant, given in self._meant(relation, raw, ()) if by else ():
                kept = tuple(a for a in given.assumptions if not _restricts(a, by))
                if len(kept) < len(given.assumptions):
                    free = replace(given, assumptions=kept)
                    found = claims((meant,), free, ranks=self.arrays)
                    yield from (Supposed(claim, ()) for claim, _ in self._weakest(found))
        except ReadError:
            return

    def _inverted(self, relation: Relation, raw: Raw, doubt: frozenset[str]) -> Iterator[Supposed]:
        """dx/dp where the text says p = σ(x) first, and then x = log p - log(1 - p)."""
        pairs = {
            (s.body.name, s.variable.name)
            for s in subterms_of(relation, Derivative)
            if isinstance(s, Derivative)
            and isinstance(s.body, Symbol)
            and isinstance(s.variable, Symbol)
        }
        try:
            for meant, given in self._meant(relation, raw, ()) if len(pairs) == 1 else ():
                ((x, p),) = pairs
                own = given.definitions.get(p) or self.meaning.definition(p, raw.at)
                solved = self._solved_before(x, raw.at) if own is not None else None
                if own is None or solved is None or x not in free_names(own.body):
                    continue
                others = {n: d for n, d in given.definitions.items() if n != p}
                inverse = replace(given, definitions={**others, x: Definition(x, solved)})
                for claim in claims((meant,), inverse, ranks=self.arrays):
                    for free, unknown in self._weakest((claim,)):
                        yield Supposed(free, (), settled=not unknown and doubt <= {x, p})
        except ReadError:
            return

    def _solved_before(self, name: str, at: int) -> Term | None:
        """What an equation before this place says that a name is."""
        here = self.meaning.section(at)
        for r in reversed(self.solved_at.get(name, ())):
            if r.at < at and self.meaning.section(r.at) == here:
                said = first_relation(r)
                assert said is not None
                return None if name in free_names(said.right) else said.right
        return None

    def _with_earlier(
        self, plain: Claim, raw: Raw, said: Sequence[tuple[int, Definition]], known: Set[str]
    ) -> Iterator[Supposed]:
        """What may be meant by the form of the step, then with what was said before it, too."""
        yield from self._by_form(plain, raw.at, known)
        yield from self._earlier_said(plain, raw, said, known)

    def _earlier_said(
        self, plain: Claim, raw: Raw, said: Sequence[tuple[int, Definition]], known: Set[str]
    ) -> Iterator[Supposed]:
        earlier = self._by_use(plain, raw.at, said)
        if not earlier:
            return
        names = free_names(plain.relation).union(*(free_names(d.body) for d in earlier.definitions))
        cases = (s for s in self.meaning.cases if s.at <= raw.at < s.until and s.names <= names)
        more = (s.assumption for s in cases if s.assumption not in plain.given.assumptions)
        plain = replace(plain, given=plain.given.with_assumptions(*more))
        for claim in self._under(earlier, plain):
            needs = earlier.needs(claim)
            yield Supposed(claim, needs)
            for one in self._by_form(claim, raw.at, known):
                yield Supposed(one.claim, (*needs, *one.needs))

    def _by_form(self, plain: Claim, at: int, known: Set[str]) -> Iterator[Supposed]:
        """What may be meant by the form of the step and of its names."""
        yield from (Supposed(*found) for found in independent(plain))
        unknown = free_names(plain.relation) - known - plain.given.definitions.keys()
        for supposition in suppositions(plain, unknown, self._equated(at)):
            for claim in self._under(supposition, plain):
                needs = supposition.needs(claim)
                yield Supposed(claim, needs)
                for besides in dependences(claim, unknown) if supposition.goes_on else ():
                    for one in self._under(besides, claim):
                        yield Supposed(one, (*needs, *besides.needs(one)))

    def _in_layers(self, relation: Relation, raw: Raw, known: Set[str]) -> Iterator[Supposed]:
        """The step with layers told apart by their letters."""
        equations = [e for at, e in self.units[: self.layers] if at <= raw.at]
        if not are_layered(equations):
            return
        try:
            for meant, given in self._meant(relation, raw, ()):
                found = list(definitions(equations))[::-1]
                told, errors = errors_put_in(by_layer(meant), found)
                units = [(raw.at, d) for d in found if d not in errors]
                first = Supposition(errors)
                plain_given = replace(given, definitions={}, assumptions=(), shapes={})
                for claim in claims((told,), plain_given, ranks=self.arrays):
                    for plain, _ in self._weakest((claim,)):
                        for one in self._with_earlier(plain, raw, units, known):
                            needs = (*first.needs(one.claim), *one.needs)
                            yield Supposed(one.claim, needs)
        except ReadError:
            return

    def _note_use(self, relation: Relation, raw: Raw) -> None:
        """What names mean by this step, for the steps after it: p_i where log p_i = log(..)."""
        known = self._never_supposed()
        try:
            for plain, _ in self._weakest(self._plain(relation, raw, ())):
                assert isinstance(plain.relation, Relation)
                unknown = free_names(plain.relation) - known - plain.given.definitions.keys()
                for one in matched(plain.relation, unknown):
                    if not one.values:
                        written = free_names(relation) | self.meaning.ranges.keys()
                        found = [
                            replace(d, body=_as_written(d.body, written)) for d in one.definitions
                        ]
                        self.by_use.extend((raw.at, d) for d in found)
                        said = (Relation("=", head(d), d.body) for d in found)
                        self.units.extend((raw.at, e) for e in said if says_what_units_are(e))
        except ReadError:
            return

    def _by_use(self, plain: Claim, at: int, said: Sequence[tuple[int, Definition]]) -> Supposition:
        """What steps before this one say of names that mean nothing here."""
        defined = dict(plain.given.definitions)
        last: dict[str, Definition] = {}
        for where, d in said:
            if where <= at:
                last[d.name] = d
        terms = [plain.relation, *(d.body for d in defined.values())]
        found: dict[str, Definition] = {}
        todo = sorted(set[str]().union(*map(free_names, terms)))
        while todo:
            name = todo.pop()
            if name not in last or name in defined:
                continue
            if name not in _behind(last[name].body, defined):
                found[name] = defined[name] = last[name]
                todo += sorted(free_names(last[name].body))
        return Supposition(tuple(found.values()))

    def _summing(
        self, relation: Relation, summed_: Sequence[Relation], raw: Raw
    ) -> Iterator[Supposed]:
        """The step with sums over repeated indices, of which nothing is said."""
        try:
            for one in summed_:
                sides = zip((relation.left, relation.right), (one.left, one.right), strict=True)
                needs = tuple(
                    Assumption("relation", Relation("=", old, new))
                    for old, new in sides
                    if old != new
                )
                for plain, _ in self._weakest(self._plain(one, raw, ())):
                    assert isinstance(plain.relation, Relation)
                    yield Supposed(plain, needs)
                    for supposition in entries(plain.relation, plain.given):
                        for claim in self._under(supposition, plain):
                            yield Supposed(claim, (*needs, *supposition.needs(claim)))
        except ReadError:
            return

    def _under(self, supposition: Supposition, plain: Claim) -> Iterator[Claim]:
        one, given = supposition.applied(plain)
        found = self._weakest(claims((one,), given, ranks=self.arrays), supposition.numbers)
        return (claim for claim, _ in found)

    def _in_tables(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step with q(x) under Σ_x as q_x."""
        try:
            for meant, given in self._meant(relation, raw, pool):
                other = tabulated(meant, given)
                if other != meant:
                    under = claims((other,), given, ranks=self.arrays)
                    yield from (Supposed(claim, ()) for claim, _ in self._weakest(under))
        except ReadError:
            return


def _restricts(a: Assumption, names: Set[str]) -> bool:
    t = a.term
    equal = isinstance(t, Relation) and t.op == "="
    return (equal or a.kind == "distribution") and bool(names & free_names(t))


def _behind(t: Term, definitions: Mapping[str, Definition]) -> set[str]:
    """The names in ``t``, in their definitions, and so on."""
    todo, seen = [t], set[str]()
    while todo:
        new = free_names(todo.pop()) - seen
        seen |= new
        todo += [definitions[n].body for n in new if n in definitions]
    return seen


def _as_written(t: Term, written: Set[str]) -> Term:
    """``t`` without the bounds that were found for its sums: in another claim they are others."""
    t = rebuild(t, lambda s: _as_written(s, written))
    if isinstance(t, BigOp) and isinstance(t.upper, Symbol) and t.upper.name not in written:
        return replace(t, lower=None, upper=None)
    return t
