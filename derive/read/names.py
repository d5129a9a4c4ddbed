"""What a name is: a function, a scalar or array, an index; and how functions are written.

The notations of functions come from the vocabulary; nothing about a function is said here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from derive.read.macros import Macro
from derive.read.notation import GREEK, OPERATOR_WORDS, OPERATORS
from derive.term import Call, Given, Matrix, Symbol, Term, children, subterms
from derive.term.given import EMPTY
from derive.vocabulary import FUNCTIONS

_COMMAND = re.compile(r"\\[A-Za-z]+")
_OPERATORNAME = re.compile(r"\\(?:operatorname|mathrm|text)\{([A-Za-z0-9]+)\}")


def _notations() -> tuple[dict[str, str], dict[str, str]]:
    commands = {command: command[1:] for command in OPERATORS}
    words: dict[str, str] = {}
    for row in FUNCTIONS.values():
        for written in (*row.latex, row.name):
            if _COMMAND.fullmatch(written):
                commands[written] = row.name
                words.setdefault(written[1:], row.name)
            elif found := _OPERATORNAME.fullmatch(written):
                words[found[1]] = row.name
                if rf"\{found[1]}" in OPERATORS:
                    commands[rf"\{found[1]}"] = row.name
            elif written.isalnum() and len(written) > 1:
                words.setdefault(written, row.name)
            else:  # \mathcal{N}, D_{KL}: letters that are functions where they are applied
                commands[written] = row.name
    return commands, words


COMMANDS, WORDS = _notations()  # "\tanh" -> "tanh"; "sigmoid" -> "sigma"
_KNOWN: Mapping[str, str] = {
    **{word: word for word in OPERATOR_WORDS},
    **{command[1:]: command[1:] for command in OPERATORS},
    **WORDS,
    **COMMANDS,
}
# letters that are functions where they are applied: \sigma, \mathcal{N}
SOFT = frozenset(name for name in COMMANDS if name in GREEK or "{" in name)
OPERATOR_LIKE = frozenset(_KNOWN) - SOFT  # their argument needs no parentheses: \tanh x
VECTOR_VALUED = frozenset(row.name for row in FUNCTIONS.values() if row.component)


class Names(NamedTuple):
    """What the reader knows of names before it reads.

    ``functions``: a function's canonical name -> its parameters, () where they are not known.
    ``ranks``: a scalar's (0) or array's name -> its number of axes, -1 where that is not known;
    such a name is never called.  ``indices``: names that run over a range.  ``macros``: as
    ``read_macros`` gives them, ``\\name`` -> Macro.  ``alone``: letters for functions that are
    defined without an argument, u = ..: u(a + b) may be a product.  ``layers``: letters that stand
    high as the number of a layer, z^l.  ``summed``: letters that some sum runs over.  ``crossed``:
    the text speaks of cross products, \\times may be one.
    """

    functions: Mapping[str, tuple[str, ...]] = EMPTY
    ranks: Mapping[str, int] = EMPTY
    indices: frozenset[str] = frozenset()
    macros: Mapping[str, Macro] = EMPTY
    alone: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    summed: frozenset[str] = frozenset()
    crossed: bool = False

    def function(self, written: str) -> str | None:
        """The canonical name of the function written so, None where it is not known as one.

        >>> Names().function(r"\\sigma"), Names().function("sigmoid"), Names().function("u")
        ('sigma', 'sigma', None)
        """
        if written in self.ranks:
            return None
        if written in self.functions:
            return written
        return _KNOWN.get(written)

    def is_word(self, letters: str) -> bool:
        """Whether several letters are one name that may be typed without a backslash."""
        return any(letters in known for known in (WORDS, self.functions, self.ranks, self.indices))

    @staticmethod
    def of(given: Given, macros: Mapping[str, Macro] | None = None) -> Names:
        """The kinds of all names that ``given`` declares, defines or assumes something of."""
        functions: dict[str, tuple[str, ...]] = {}
        ranks: dict[str, int] = {}
        for name, definition in given.definitions.items():
            if definition.parameters:
                functions[name] = definition.parameters
            elif definition.indices:
                ranks[name] = len(definition.indices)
            else:
                ranks[name] = _rank(definition.body, given)
        for name, axes in given.shapes.items():
            ranks[name] = len(axes)
            for axis in axes:
                _scalars((axis.lower, axis.upper), ranks)
        for range_ in given.ranges.values():
            _scalars((range_.lower, range_.upper), ranks)
        for assumption in given.assumptions:
            if assumption.kind == "function" and isinstance(assumption.term, Call):
                arguments = assumption.term.args
                named = tuple(a.name for a in arguments if isinstance(a, Symbol))
                functions[assumption.term.name] = named if len(named) == len(arguments) else ()
            elif assumption.kind == "relation":
                for t in children(assumption.term):
                    if isinstance(t, Symbol) and t.name not in functions:
                        ranks.setdefault(t.name, 0)
        for name in functions:
            ranks.pop(name, None)
        return Names(functions, ranks, frozenset(given.ranges), macros or {})


NO_NAMES = Names()


def _rank(body: Term, given: Given) -> int:
    """The number of axes of a definition's body, -1 where it may be an array of any rank."""
    if isinstance(body, Matrix):
        return 1 if all(len(row) == 1 for row in body.rows) else 2
    for t in subterms(body):
        if isinstance(t, Symbol) and given.shapes.get(t.name):
            return -1
        if isinstance(t, Matrix) or (isinstance(t, Call) and t.name in VECTOR_VALUED):
            return -1
    return 0


def _scalars(terms: tuple[Term, ...], ranks: dict[str, int]) -> None:
    for t in terms:
        for s in subterms(t):
            if isinstance(s, Symbol):
                ranks.setdefault(s.name, 0)
