"""Which relations introduce names, and which are stated rather than claimed."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from derive.read.chains.anew import goes_on_with
from derive.read.chains.assemble import Raw
from derive.read.chains.definable import definition_of, is_softmax, parameter_name
from derive.read.chains.doubt import (
    one_sided,
    particular,
)
from derive.read.chains.either import either
from derive.read.chains.extrema import Extremum, extremum, is_set_to_zero, undecorated
from derive.read.chains.gathered import Shape
from derive.read.chains.levels import is_layered
from derive.read.chains.members import Members
from derive.read.chains.model import Understood
from derive.read.chains.prose import Fact, Gap
from derive.read.chains.scopes import END
from derive.read.chains.shorthand import written_out
from derive.read.chains.understand import Read, first_relation, only_relation, said
from derive.read.chains.variables import is_number, variables
from derive.read.chains.words import (
    ASSUMED,
    AT_VALUES,
    CHOSEN_NOW,
    DEFINES,
    FOR_SOME_AFTER,
    FORMULA,
    IN_A_CASE,
    LEADS_ON,
    LETS,
    LISTED,
    SET_TO_ZERO,
    TRIES,
)
from derive.read.formula import read_formula
from derive.read.formula.components import VECTOR, by_component, vectors_in
from derive.read.formula.dots import filled, pattern
from derive.read.formula.layout import prepare
from derive.read.formula.relations import terms_of
from derive.read.formula.source import Source
from derive.read.identity import IDENTITY
from derive.read.moments import is_chance
from derive.read.notation import INDEX_LETTERS
from derive.read.tokens import ReadError
from derive.term import (
    BigOp,
    Call,
    Claim,
    Component,
    Definition,
    Derivative,
    Div,
    Indexed,
    Matrix,
    Mul,
    Number,
    Pow,
    Range,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    contains,
    free_names,
    replace,
    substitute,
    subterms,
    subterms_of,
    term,
)
from derive.vocabulary import FUNCTIONS, MEANT

_ZERO = term(0)
_NEAR = 4  # derivatives before a line that may be set to zero there
# What every text means by these; other names of the vocabulary may be defined by the author.
_FIXED = frozenset(
    (
        "exp", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "atan", "abs", "sign",
        "max", "min", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh",
        "softmax", "relu", "softplus", "logsumexp", "logsoftmax",
    )
)  # fmt: skip


class Introductions(Members):
    """Definitions and stated equations, found among the chains."""

    def _families(self) -> None:
        """Rows 1, 2, \\vdots, c as one definition or assumption over an index."""
        for n, r in enumerate(self.read):
            if not r.dots or n == 0:
                continue
            before = [b for b in self.read[max(0, n - 3) : n] if only_relation(b)]
            after = next((a for a in self.read[n + 1 : n + 2] if only_relation(a)), None)
            if not before or after is None:
                continue
            last, first = only_relation(after), only_relation(before[-1])
            assert last is not None and first is not None
            try:
                body, low, high = pattern(first, last, Symbol(r"\vdots"))
            except ReadError:
                continue
            index = next(i for i in "jiklmn" if i not in free_names(body) | free_names(last))
            general = filled(body, Symbol(index))
            assert isinstance(general, Relation)
            count = int(low.value) if isinstance(low, Number) else 1
            if count != len(before) or not isinstance(high, (Symbol, Number)):
                continue
            self.meaning.range_over(index, before[0].raw.at, Range(term(1), high))
            definition = definition_of(general.left, general.right)
            at = before[0].raw.at
            if definition is not None and not self._known(definition, at):
                self._define(before[0], definition)
                for row in (*before, after):
                    row.role = "definition"

    def _numbers(self, r: Read) -> bool:
        """Whether the chain says how the components of a name are numbered: x = (x_1, x_2, x_3)."""
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings or r.raw.signs[0].text != "=":
            return False
        head, body = left.readings[0], right.readings[0]
        if isinstance(head, Symbol) and any(
            isinstance(s, Indexed) and s.name == head.name and isinstance(s.indices[0], Number)
            for s in subterms(body)
        ):
            count = len(set(subterms_of(body, Indexed)))
            self.meaning.forget(head.name, r.raw.at)
            if contains(body, Matrix):
                axes = (Range(term(1), term(count)),)
                self.meaning.shapes.setdefault(head.name, []).append((r.raw.at, Shape(axes)))
            r.role = "numbering"
            return True
        fresh = {s.name for s in subterms_of(body, Indexed)}
        if isinstance(body, Matrix) and len(fresh) == 1 and len(r.raw.signs) == 1:
            entries = [s for row in body.rows for s in row]
            name = fresh.pop()
            # X = (x_1, x_2) defines X where x is declared; Wx = (s_1, s_2) says how s is numbered.
            defines = isinstance(head, Symbol) and name in self.meaning.shapes
            declared = defines or name in free_names(head)
            known = declared or self.meaning.definition(name, r.raw.at)
            if all(isinstance(s, Indexed) for s in entries) and not known:
                r.role = "numbering"
                return True
        return False

    def _of_one_value(self, r: Read) -> bool:
        """Whether the chain gives several names one number: let $F_1 = F_2 = 1$."""
        sides = [side.readings[0] for side in r.sides if side.readings]
        if len(sides) < max(3, len(r.sides)):
            return False
        *heads, value = sides
        if not all(isinstance(s, (Symbol, Indexed)) for s in heads) or not is_number(value):
            return False
        if any(sign.text != "=" for sign in r.raw.signs) or not LETS.search(r.raw.display.before):
            return False
        definitions = [definition_of(head, value) for head in heads]
        if any(d is None or d.indices or self._known(d, r.raw.at) for d in definitions):
            return False
        for definition in filter(None, definitions):
            self._define(r, definition)
        r.role = "definition"
        return True

    def _renames(self, r: Read) -> bool:
        """Whether the chain says that a function of vectors is the softmax: S(x)_j = e^{x_j}/.."""
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings:
            return False
        head, body = left.readings[0], right.readings[0]
        if not isinstance(head, Component) or not isinstance(head.of, Call):
            return False
        call = head.of
        if call.name == "softmax" or len(call.args) != 1 or not isinstance(call.args[0], Symbol):
            return False
        if not is_softmax(body, call.args[0].name, head.indices):
            return False
        self.aliases[call.name] = "softmax"
        r.role = "definition" if len(r.raw.signs) == 1 else r.role
        self.definitions.append(
            Understood(Span(r.raw.at, r.raw.end), f"{call.name} is the softmax")
        )
        return True

    def _introduces(self, r: Read) -> Definition | None:
        raw = r.raw
        if raw.signs[0].text not in ("=", ":=") or raw.headless or raw.joint == "because":
            return None
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings or either(self.read, r) is not None:
            return None
        head, body = left.readings[0], right.readings[0]
        if vectors_in(body):
            try:
                relation, ranges = by_component(Relation("=", head, body))
            except ReadError:
                return None
            head, body = relation.left, relation.right
            if isinstance(head, Indexed) and not self._known(Definition(head.name, body), raw.at):
                axes = tuple(ranges.values())
                self.meaning.shapes.setdefault(head.name, []).append((raw.at, Shape(axes)))
        if vectors_in(head):
            return None
        explicit = raw.signs[0].text == ":="
        words = raw.display.before.rsplit("\x03", 1)[-1]
        named = DEFINES.search(words[-120:]) is not None or in_list(raw.display.before, words)
        named = named or (raw.inline and self._goes_on_defining(raw))
        squared = isinstance(head, Pow)
        if squared and ASSUMED.search(FORMULA.sub("\x02", raw.display.before[-160:])):
            return None  # suppose a^2 = b^2: a may be negative
        definition = definition_of(head, body)
        product = body == Symbol(IDENTITY) and isinstance(head, (Mul, Pow))  # Q Q^T = I
        if definition is None and len(raw.signs) == 1 and not (raw.inline or product):
            definition = definition_of(body, head)  # .. = z
            if definition is not None and (
                isinstance(head, (Symbol, Number))
                or not self._is_first(definition, body, head, raw.at)
                or definition.name in variables(head, self.meaning.at(head, raw.at))
                or is_chance(definition.name)
            ):
                definition = None
        if definition is None or self._is_moment(r) or self._is_told(head, raw.at):
            return None
        if isinstance(written_out(head, aliases=self.aliases), Component):
            return None  # S_1(z), where S is the softmax
        if not named and not explicit and self._is_member(head, body, raw.at):
            return None
        if not named and any(definition.name in m.names for _, m in self.samples):
            return None
        name = definition.name
        own = definition.parameters or name.isupper()  # MSE = .. is a name
        if name in FUNCTIONS and (name in _FIXED or not own):
            return None
        if is_alias(head, body) and self._leads_on(r):
            return None  # a = b \\implies a^2 = b^2
        alone = not (definition.parameters or definition.indices)
        runs = name in self.indices or name in self.names.summed
        if alone and name in INDEX_LETTERS and (runs or isinstance(definition.body, Symbol)):
            return None
        if name in ("e", r"\pi", "d") and not definition.indices:  # e_k is an error
            return None
        first = not raw.inline and self.first_at.get(name, raw.at) >= raw.at
        if is_number(definition.body) and not definition.parameters:
            before = raw.display.before[-80:]
            lets = LETS.search(before) is not None and TRIES.search(before) is None
            some = raw.inline and FOR_SOME_AFTER.match(raw.display.rest) is not None
            if some or not (explicit or lets or first or definition.indices):
                return None
        known = self._known(definition, raw.at)
        if known and (self._at_a_value(definition, raw.at) or is_layered(name)):
            return None  # h(t^*) = .., δ^L_j = ..
        if known and isinstance(head, Call) and head.name == "log":
            return None  # log σ(x) = .. is said of the σ that there is
        elsewhere = known and self._in_another_section(definition, raw.at)
        variable = "" if explicit else self._solved_for(definition, r)
        if variable and (elsewhere or not known):
            r.solves = variable
            self.meaning.forget(definition.name, raw.at)
            self._from_here(r, definition)
            return None
        if known and not explicit:
            changes = self._changes(definition, raw.at)
            anew = elsewhere and not goes_on_with(FORMULA.sub(" ", raw.display.before[-200:]))
            anew = anew or self._begins_anew(definition, raw)
            before = raw.display.before[-200:]
            at_a_value = IN_A_CASE.search(before) or AT_VALUES.search(before)
            if changes and not named and anew and not at_a_value:
                self._perhaps_anew(r, definition)
            named = named or self._is_chosen(definition, raw)
            return definition if named and changes else None
        if not explicit and not named and self._occurred(definition, r):
            return None
        return definition

    def _leads_on(self, r: Read) -> bool:
        """Whether the same display goes on with what follows from it."""
        after = self.read[r.number + 1] if r.number + 1 < len(self.read) else None
        return after is not None and after.joint == "follows" and after.segment is r.segment

    def _is_first(self, definition: Definition, head: Term, body: Term, at: int) -> bool:
        """Whether what stands on the right, ``head``, stands here first, and the text says nothing
        of it."""
        name = definition.name
        family = head.name if isinstance(head, Indexed) else name
        if any(self.meaning.says_of(n) or n in FUNCTIONS for n in (name, family)):
            return False
        inside = {parameter_name(s) for s in subterms_of(body, Indexed)}
        first = name not in inside and self.first_at.get(name, at) >= at
        return first and name != IDENTITY and not self._is_member(head, body, at)

    def _solved_for(self, definition: Definition, r: Read) -> str:
        """The variable of a derivative that is set to zero before, if the name is one for where it
        vanishes, w^* = .. after ∂L/∂w = 0, or of an equation that it is said to follow from."""
        variable = undecorated(definition.name)
        if not variable or variable in free_names(definition.body):
            return ""
        if any(variable in e.names for e in self._extrema(r)):
            return variable
        at = self.solved.get(variable, -1)
        here = at >= 0 and self.meaning.section(at) == self.meaning.section(r.raw.at)
        return variable if here and LEADS_ON.search(r.raw.display.before[-120:]) else ""

    def _note_extremum(self, r: Read) -> None:
        found = extremum(r.sides, r.raw.at) if r.raw.signs else None
        if found is not None:
            insort(self.extrema, found, key=lambda e: e.at)

    def _extrema(self, r: Read) -> list[Extremum]:
        """The places where derivatives vanish that a line may speak of: those that are written as
        equations in this section, and the last derivatives where the words before the line set
        them to zero."""
        here = self.meaning.section(r.raw.at)
        before = bisect_left(self.extrema, r.raw.at, key=lambda e: e.at)
        near = [
            e
            for e in self.extrema[max(0, before - _NEAR) : before]
            if self.meaning.section(e.at) == here
            and not self.meaning.renewed_between(e.names, e.at, r.raw.at)
        ]
        if all(e.written for e in near) or SET_TO_ZERO.search(r.raw.display.before[-300:]):
            return near
        said = [e for e in near if e.written and contains(e.equation, Derivative)]
        return [e for e in near if e.written or any(is_set_to_zero(e, one) for one in said)]

    def _perhaps_anew(self, r: Read, definition: Definition) -> None:
        """J(w) = .. where an earlier section has another J(w): a claim about that one, or the J of
        this section.  What comes after it is read with the nearer one."""
        if self._extrema(r):
            return  # what f is where its derivative vanishes is no new f
        r.anew = True
        self._from_here(r, definition)

    def _occurred(self, definition: Definition, r: Read) -> bool:
        """Whether the name stood in an equation before, which this one may be solved from."""
        if definition.parameters or is_layered(definition.name):
            return False
        if contains(definition.body, Matrix):
            return False
        if self.meaning.tied(definition.name) and not particular(definition.body):
            return True
        at = self.solved.get(definition.name, -1)
        return at >= 0 and self.meaning.section(at) == self.meaning.section(r.raw.at)

    def _solve_for(self, relation: Relation, at: int) -> None:
        self.solved.update(dict.fromkeys(free_names(relation), at))

    def _note_open(self, r: Read) -> None:
        """Names in an equation that holds for some values may be solved for later."""
        relation = first_relation(r)
        introduces = r.raw.inline or r.definition is not None
        if relation is None or (introduces and r.role != "definition"):
            return
        if r.role == "definition" or free_names(relation.left) ^ free_names(relation.right):
            self._solve_for(relation, r.raw.at)

    def _define(self, r: Read, definition: Definition) -> None:
        raw = r.raw
        later = raw.inline and CHOSEN_NOW.search(raw.display.before[-80:]) is not None
        near = raw.display.after if raw.inline and not later and _explains(raw) else -1
        line = self.document.place(raw.at).line
        body = written_out(definition.body, aliases=self.aliases)
        definition = replace(definition, line=line, body=body)
        head = r.sides[0].readings[0] if r.sides[0].readings else None
        if isinstance(head, Call) and head.name == "log" and r.sides[1].readings:
            self._logarithms(r.sides[1].readings[0], raw)
        r.definition = definition
        over = self._meant_until(definition, raw, later)
        self.defined_until = raw.end
        self.meaning.define(raw.at, definition, near, after=later or over < END)
        if over < END:
            self.meaning.forget(definition.name, over)
        self.definitions.append(Understood(Span(raw.at, raw.end), said(definition)))

    def _components(self, g: Gap, found: Sequence[Fact], near: int) -> None:
        """p_i is the i-th component of softmax((w_1 x + b_1, ..)^T)."""
        for fact in found:
            if fact.kind != "component":
                continue
            written, index, of = fact.parts
            of = of.replace("\x02", " ").replace("\x03", " ").strip().rstrip(" .")
            try:
                name = read_formula(written, self.names, self.limits)[0]
                right = self._component(of, index)
            except ReadError:
                continue
            if isinstance(name, Indexed) and right is not None:
                span = g.span(fact.start, fact.end)
                definition = Definition(name.name, right, indices=(index,))
                self.meaning.define(span.start, definition, near)
                self.definitions.append(Understood(span, said(definition)))

    def _component(self, of: str, index: str) -> Term | None:
        tokens = prepare(of, self.names, self.limits)
        t = terms_of(Source(tokens, self.names, self.limits))[0][0]
        if isinstance(t, Call) and len(t.args) == 1 and isinstance(t.args[0], Transpose):
            t = replace(t, args=(t.args[0].arg,))
        match t:
            case Call("softmax", (BigOp(op="vector", index=k, body=body) as v,)) if v.op == VECTOR:
                top = Call("exp", (substitute(body, {k: Symbol(index)}),))
                total = BigOp("sum", k, v.lower, v.upper, Call("exp", (body,)))
                return Div(top, total)
            case Symbol() | Call() if not vectors_in(t):
                return Component(t, (Symbol(index),))
        return None

    def _is_law(self, relation: Relation, at: int) -> bool:
        """Whether it relates values of a function that is not defined: f(-x) = -f(x).  That holds
        for some functions only."""
        calls: dict[str, set[tuple[Term, ...]]] = {}
        for s in subterms_of(relation, Call):
            if s.name not in MEANT:
                calls.setdefault(s.name, set()).add(s.args)
        return any(
            len(places) > 1 and self.meaning.definition(name, at) is None
            for name, places in calls.items()
        )

    def _may_differ(self, relation: Relation, at: int) -> bool:
        """Whether an equation need not be an identity: its sides speak of different names."""
        return one_sided(Claim(relation, self.meaning.at(relation, at)), self.meaning.tied)


def is_alias(left: Term, right: Term) -> bool:
    """Whether an equation between them gives a name the value of another: a = b."""
    return all(isinstance(s, (Symbol, Indexed)) for s in (left, right))


def in_list(before: str, words: str) -> bool:
    """Whether a formula goes on with the list of a "let": let $x$ be a number and $p = ..$."""
    if not LISTED.fullmatch(words):
        return False
    return LETS.search(FORMULA.sub(" ", before[-200:])) is not None


def _explains(raw: Raw) -> bool:
    """Whether the words before an inline formula are "where", right after a display."""
    before = raw.display.before.strip(" ,.;\n")
    return before[:6].lower() in ("where", "with", "wobei", "where ") or (
        len(before) < 200 and before.lower().startswith(("where", "with", "here", "in which"))
    )
