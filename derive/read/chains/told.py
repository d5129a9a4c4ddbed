"""What the text tells of expectations and probabilities: E[X] = 3, P(A) = 0.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from derive.read.chains.naming import Naming
from derive.read.chains.understand import Read, first_relation
from derive.read.chains.words import DEPENDENT, IDENTICAL, INDEPENDENT, UNCORRELATED
from derive.read.moments import is_chance, tells_a_moment, tells_a_value
from derive.term import Assumption, Call, Relation, Span, Term, free_names


class Told(Naming):
    """What the text says of random variables: whether they are independent, and the values of
    expectations and probabilities that are told, not claimed."""

    def says_independent(self, at: int) -> bool:
        return self._says_last(self._of_dependence, at)

    def says_uncorrelated(self, at: int) -> bool:
        return self._says_last(self._of_correlation, at)

    def says_identical(self, at: int) -> bool:
        return self._says_last(self._of_laws, at)

    # Asked at many steps, and the whole text is looked through.

    @cached_property
    def _of_dependence(self) -> list[tuple[int, bool]]:
        return self._marks(INDEPENDENT)

    @cached_property
    def _of_correlation(self) -> list[tuple[int, bool]]:
        return self._marks(UNCORRELATED)

    @cached_property
    def _of_laws(self) -> list[tuple[int, bool]]:
        return self._marks(IDENTICAL)

    def _marks(self, words: re.Pattern[str]) -> list[tuple[int, bool]]:
        """Where the text says something of its random variables, and where it denies it or lets
        one of them be anything."""
        text = self.document.text
        freed = [at for n, places in self.meaning.freed.items() if n.isupper() for at in places]
        denied = [m.start() for m in DEPENDENT.finditer(text)]
        said = [(m.start(), True) for m in words.finditer(text)]
        return sorted((*said, *((at, False) for at in (*freed, *denied))))

    def _says_last(self, marks: list[tuple[int, bool]], at: int) -> bool:
        """What is said last before a place, in a section around it; where nothing is, what is said
        next in its own."""
        before = [one for one in marks if one[0] <= at < self.meaning.section_end(one[0])]
        if before:
            return before[-1][1]
        here = self.meaning.section(at)
        after = (
            said for place, said in marks if place > at and self.meaning.section(place) == here
        )
        return next(after, False)

    def _is_moment(self, r: Read) -> bool:
        """Whether the chain begins with what one expectation is, E[X] = 3, or one probability: no E
        for all X."""
        relation = first_relation(r) if not r.raw.headless and r.raw.joint != "because" else None
        if relation is None or relation.op != "=":
            return False
        if self._is_told(relation.left, r.raw.at):
            return False
        certain = any(t.text == "[" for t in r.raw.sides[0][0])
        head, body = relation.left, relation.right
        if tells_a_moment(head, body, certain) or tells_a_value(head, body):
            return True
        return tells_a_moment(head, body, True) and self.speaks_of_chance

    def _is_told(self, head: Term, at: int) -> bool:
        """Whether it is an expectation of what the text has defined or drawn: what is said of it
        is claimed."""
        if not isinstance(head, Call) or not is_chance(head.name):
            return False
        names = set[str]().union(*map(free_names, head.args))
        drawn = {m.x for _, m in self.samples if None not in (m.mean, m.variance)}
        return bool(names & (drawn | self.drawn)) or any(
            self.meaning.definition(n, at) is not None for n in names
        )

    def _note_moment(self, r: Read) -> None:
        """What is said of an expectation counts from there on, to the end of its section; what
        is said of it after that is claimed."""
        relation = first_relation(r)
        assert relation is not None
        if self._moment_before(relation.left, r.raw.at):
            return
        fact = Assumption("relation", relation)
        self.moments.append((r.raw.end, relation))
        self.meaning.state(r.raw.end, fact, self.meaning.section_end(r.raw.at), case=True)
        self._understood(Span(r.raw.at, r.raw.end), fact)

    def _moments(self, at: int) -> Iterator[Relation]:
        """What is said of expectations before this place."""
        here = self.meaning.section(at)
        return (t for end, t in self.moments if end <= at and self.meaning.section(end) == here)

    def _moment_before(self, head: Term, at: int) -> bool:
        return any(t.left == head for t in self._moments(at))
