"""Products of matrices as sums of words, in which inverses cancel.

A word is a number times letters: names, transposed or inverted.  A A^{-1} cancels, and so does
M M^{-1} for a sum M of words, its longest word being replaced by what the others leave:
X^T X M^{-1} = I - c M^{-1} for M = X^T X + c I.  An inverse that remains is an array of its own of
which nothing is known, but that it is symmetric where M is.  det is multiplicative.  Of concrete
size up to 3 both are written out.

Source: R. A. Horn, C. R. Johnson, Matrix Analysis (2013), 0.3 and 0.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from derive.prover import determinants
from derive.prover.arrays import Arrays, Shape, is_inverse, size_of
from derive.prover.needs import names_in
from derive.prover.undecided import BudgetExceeded, Undecided, UnknownMeaning
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Claim,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    contains,
    free_names,
    reached,
    rebuild,
    subterms_of,
    term,
)
from derive.term.latex import latex
from derive.vocabulary import DETERMINANT

WORDS, REPLACEMENTS = 64, 48
WRITTEN_OUT = 3  # the order up to which inverses and determinants are written out
ONE = term(1)


class Letter(NamedTuple):
    """A matrix or vector, or its transpose, or the inverse of either."""

    base: Term
    transposed: bool = False
    inverse: bool = False


class Word(NamedTuple):
    """A number times a product of letters."""

    factor: Term
    letters: tuple[Letter, ...]


class Algebra:
    """Words of matrices under what is given to a claim, and the inverses that were met.

    ``by_entries``: write out what is small, though its entries are not in the claim.
    ``cancelled``: the matrices whose inverse was used as one.
    """

    def __init__(self, claim: Claim, by_entries: bool = False) -> None:
        given = claim.given
        self.by_entries = by_entries
        self.taken = names_in(claim)
        # what is added here is known to the arrays at once
        self.given = given._replace(shapes=dict(given.shapes), definitions=dict(given.definitions))
        self.arrays = Arrays(self.given)
        self.symmetric = {
            a.term.name
            for a in given.assumptions
            if a.kind == "symmetric" and isinstance(a.term, Symbol)
        }
        self.units = units(given)
        self.sums: dict[Term, tuple[Word, ...]] = {}  # what is inverted and more than a letter,
        self.written: dict[Term, Term] = {}  # .. as it was written
        self.cancelled: dict[Term, None] = {}
        self.even: list[str] = []  # inverses of symmetric matrices
        self.meant: dict[str, Term] = {}  # the names that were made, with what they stand for
        self.rules: dict[tuple[Letter, Letter], Assumption] = {}  # products that are given as I
        self.regular: set[Term] = set()  # what has an inverse by a rule
        self.applied: dict[Assumption, None] = {}
        for a in given.assumptions:
            if isinstance(a.term, Relation) and a.term.op == "=":
                self._learn(a, a.term)

    def known(self) -> Given:
        """What is given, with what was made."""
        even = tuple(Assumption("symmetric", Symbol(name)) for name in self.even)
        return self.given._replace(assumptions=self.given.assumptions + even)

    def inverted(self) -> list[Term]:
        """The matrices whose inverse was used as one, as written, other than those that have one
        by what is given."""
        bases = (base for base in self.cancelled if base not in self.regular)
        return list(dict.fromkeys(self.written.get(base, base) for base in bases))

    def _learn(self, said: Assumption, equation: Relation) -> None:
        """Q^T Q = I, from which Q Q^T = I follows where Q is square."""
        for product, unit in ((equation.left, equation.right), (equation.right, equation.left)):
            if not (isinstance(unit, Symbol) and unit.name in self.units):
                continue
            try:
                words = self.words(product)
            except Undecided:
                continue
            if len(words) == 1 and words[0].factor == ONE and len(words[0].letters) == 2:
                one, other = words[0].letters
                self.rules[one, other] = said
                shape = self.arrays.shape(one.base)
                if len(shape) == 2 and shape[0] == shape[1] == self.arrays.shape(other.base)[0]:
                    self.rules[other, one] = said
                    self.regular |= {one.base, other.base}

    def speaks_of_rules(self, t: Term) -> bool:
        names = free_names(t)
        return any(free_names(x.base) <= names for pair in self.rules for x in pair)

    # --- terms ---------------------------------------------------------------------------------

    def settled(self, t: Term) -> Term:
        """``t`` without inverses and determinants of matrices, and what is given used."""
        if not has_any(t) and not self.speaks_of_rules(t):
            return t
        if is_determinant(t):
            return determinants.of(self, t.args[0])  # type: ignore[attr-defined]  # a Call
        if isinstance(t, (Derivative, BigOp)):
            bound = frozenset((t.index,)) if isinstance(t, BigOp) else free_names(t.variable)
            for s in subterms_of(t.body, Pow, Call):
                if of_matrix(s, self.arrays) and self._may_depend(s, bound):
                    raise UnknownMeaning("a derivative or sum over an inverse is not known here")
            if any(self._may_depend(x.base, bound) for pair in self.rules for x in pair):
                return t  # what is given ties what varies here
            return rebuild(t, self.settled)
        match t:  # as a sum of squares it has its sign, too, and no root needs one
            case Pow(Call("norm", (v,)), Number(n)) if n % 2 == 0 and self._is_vector(v):
                return Pow(self._square(v), term(int(n) // 2)) if n != 2 else self._square(v)
            case Call("norm", (v,)) if self._is_vector(v):
                return Call("sqrt", (self._square(v),))
        if isinstance(t, Call) and self.arrays.is_trace(t) and self.arrays.shape(t.args[0]):
            words = self._cancelled(map(self._rotated, self.words(t.args[0])))
            parts = (Mul((w.factor, Call(t.name, (self.term((_bare(w),)),)))) for w in words)
            return Add((term(0), *parts))
        if self.arrays.shape(t) or self._multiplies(t):
            return self.term(self.words(t))
        return rebuild(t, self.settled)

    def _is_vector(self, t: Term) -> bool:
        return len(self.arrays.shape(t)) == 1

    def _square(self, v: Term) -> Term:
        """v^T v, in which something may cancel."""
        return self.term(self.words(Mul((Transpose(v), v))))

    def _rotated(self, word: Word) -> Word:
        """What has the same trace, turned so that something cancels."""
        for n in range(1, len(word.letters)):
            turned = word._replace(letters=word.letters[n:] + word.letters[:n])
            shorter = self._shortened(turned)
            if shorter != turned:
                return self._rotated(shorter)
            if self._replaced(turned) is not None:
                return turned
        return word

    def _may_depend(self, t: Term, on: frozenset[str]) -> bool:
        """May ``t`` vary with one of the names: by what its names are defined by, by an equation,
        or because something is said to vary?"""
        behind = reached(free_names(t), self.given)
        if not behind.isdisjoint(on):
            return True
        said = [a for a in self.given.assumptions if a.kind in ("relation", "varies")]
        ties = (reached(free_names(a.term), self.given) for a in said)
        return any(not behind.isdisjoint(tie) and not on.isdisjoint(tie) for tie in ties)

    def _multiplies(self, t: Term) -> bool:
        """Is it a number that is a product of arrays?"""
        return isinstance(t, Mul) and any(map(self.arrays.shape, t.factors))

    def term(self, words: Iterable[Word]) -> Term:
        parts = [self._of_word(word) for word in words]
        return Add(tuple(parts)) if len(parts) > 1 else parts[0] if parts else term(0)

    def _of_word(self, word: Word) -> Term:
        letters = tuple(map(self._of_letter, word.letters))
        factors = letters if word.factor == ONE and letters else (word.factor, *letters)
        return Mul(factors) if len(factors) > 1 else factors[0]

    def _of_letter(self, letter: Letter) -> Term:
        t = letter.base
        if letter.inverse:
            t = self._array(letter.base)
        return Transpose(t) if letter.transposed else t

    def _array(self, base: Term) -> Term:
        """The inverse as an array of which nothing more is known, or written out."""
        if self.goes_by_entries(base):
            return determinants.inverse(self.entries(base))
        written = latex(base)
        name = f"{written}^{{-1}}" if isinstance(base, Symbol) else f"({written})^{{-1}}"
        name = self._named(name, Pow(self.written.get(base, base), term(-1)))
        if name not in self.given.shapes:
            self.given.shapes[name] = self.arrays.shape(base)  # type: ignore[index]  # likewise
            if self._is_symmetric(base):
                self.even.append(name)
        return Symbol(name)

    def _named(self, name: str, meaning: Term) -> str:
        """The name of what ``meaning`` says, which is that of nothing else."""
        while name in self.taken or self.meant.get(name, meaning) != meaning:
            name += "'"
        self.meant[name] = meaning
        return name

    def _is_symmetric(self, base: Term) -> bool:
        words = self.sums.get(base)
        if words is None:
            return isinstance(base, Symbol) and base.name in self.symmetric
        return Counter(words) == Counter(map(self._transposed, words))

    def _unit(self, axis: Shape) -> Letter:
        name = f"#I_{latex(axis[0].upper)}"
        i, j = Symbol("i"), Symbol("j")
        self.given.shapes[name] = axis  # type: ignore[index]  # a dict, see above
        self.given.definitions[name] = Definition(name, Delta(i, j), indices=("i", "j"))  # type: ignore[index]  # likewise
        self.units.add(name)
        return Letter(Symbol(name))

    # --- words ---------------------------------------------------------------------------------

    def words(self, t: Term) -> tuple[Word, ...]:
        """``t``, an array or a product of arrays, as a sum of words in which nothing cancels."""
        found = self._cancelled(self._expanded(t))
        if len(found) > WORDS:
            raise BudgetExceeded("a product of too many sums of matrices")
        return found

    def _expanded(self, t: Term) -> tuple[Word, ...]:
        shape = self.arrays.shape(t)
        match t:
            case Add(terms) if shape:
                if not all(map(self.arrays.shape, terms)):
                    raise Undecided("a number added to an array")
                return tuple(w for s in terms for w in self._expanded(s))
            case Neg(arg) if shape or self._multiplies(arg):
                return tuple(_scaled(w, term(-1)) for w in self._expanded(arg))
            case Mul(factors) if shape or self._multiplies(t):
                return self._product([self._factor(s) for s in factors])
            case Div(above, below) if shape:
                scale = Div(ONE, self.settled(below))
                return tuple(_scaled(w, scale) for w in self._expanded(above))
            case Transpose(arg) if shape:
                return tuple(map(self._transposed, self._expanded(arg)))
            case Pow(base, exponent) if shape:
                if is_inverse(t):
                    return (self._inverse(base),)
                if isinstance(exponent, Number):
                    return self._product([self._expanded(base)] * int(exponent.value))
        if not shape:
            return (Word(self.settled(t), ()),)
        whole = isinstance(t, (Derivative, BigOp))
        atom = self.settled(t) if whole else rebuild(t, self.settled)
        return (Word(ONE, (Letter(atom),)),)

    def _factor(self, t: Term) -> tuple[Word, ...]:
        """Of a factor that is a number: a word without letters, wherever it stands."""
        return self._expanded(t) if self.arrays.shape(t) else (Word(self.settled(t), ()),)

    def _product(self, factors: Sequence[Sequence[Word]]) -> tuple[Word, ...]:
        words = [Word(ONE, ())]
        for factor in factors:
            words = [
                Word(_times(a.factor, b.factor), a.letters + b.letters)
                for a in words
                for b in factor
            ]
            if len(words) > WORDS:
                raise BudgetExceeded("a product of too many sums of matrices")
        return tuple(words)

    def _transposed(self, word: Word) -> Word:
        return Word(word.factor, tuple(map(self._turned, reversed(word.letters))))

    def _turned(self, letter: Letter) -> Letter:
        even = self._is_symmetric(letter.base) or self._is_unit(letter)
        return letter if even else letter._replace(transposed=not letter.transposed)

    def _inverse(self, base: Term) -> Word:
        """The inverse of a product is the product of the inverses, where all are square."""
        shape = self.arrays.shape(base)
        words = self.words(base)
        if len(words) == 1:
            ((factor, letters),) = words
            if all(self.arrays.shape(letter.base) == shape for letter in letters):
                turned = (x._replace(inverse=not x.inverse) for x in reversed(letters))
                kept = tuple(x for x in turned if not self._is_unit(x))
                self.cancelled.update((x.base, None) for x in kept if not x.inverse)
                scale = ONE if factor == ONE else Div(ONE, factor)
                return Word(scale, kept or (self._unit(shape),))
        words = tuple(sorted(words, key=repr))
        whole = self.term(words)
        self.sums[whole] = words
        self.written.setdefault(whole, base)
        return Word(ONE, (Letter(whole, inverse=True),))

    def _is_unit(self, letter: Letter) -> bool:
        return isinstance(letter.base, Symbol) and letter.base.name in self.units

    # --- what cancels --------------------------------------------------------------------------

    def _cancelled(self, words: Iterable[Word]) -> tuple[Word, ...]:
        todo, done, turns = list(words), list[Word](), 0
        while todo:
            word = self._shortened(todo.pop())
            replaced = self._replaced(word)
            if replaced is None:
                done.append(word)
                continue
            turns += 1
            if turns > REPLACEMENTS:
                raise BudgetExceeded("a product of too many inverses")
            todo += replaced
        return tuple(reversed(done))

    def _shortened(self, word: Word) -> Word:
        """Without A A^{-1}, and without identities beside other letters."""
        letters = list(word.letters)
        n = 0
        while n < len(letters):
            if len(letters) > 1 and self._is_unit(letters[n]):
                del letters[n]
                n = 0
            elif n + 1 < len(letters) and self._cancels(letters[n], letters[n + 1]):
                if len(letters) == 2:
                    shape = self.arrays.shape(letters[0].base)
                    axis = shape[-1] if letters[0].transposed else shape[0]
                    return Word(word.factor, (self._unit((axis, axis)),))
                del letters[n : n + 2]
                n = 0
            else:
                n += 1
        return Word(word.factor, tuple(letters))

    def _cancels(self, one: Letter, other: Letter) -> bool:
        """Is their product I, as A A^{-1}, or because that is given?"""
        if (said := self.rules.get((one, other))) is not None:
            self.applied[said] = None
            return True
        if _cancel(one, other):
            self.cancelled[one.base] = None
            return True
        return False

    def _replaced(self, word: Word) -> list[Word] | None:
        """.. w M^{-1} .. by what M M^{-1} = I makes of it, where w is the longest word of M."""
        letters = word.letters
        for n, letter in enumerate(letters):
            parts = self.sums.get(letter.base) if letter.inverse else None
            if parts is None:
                continue
            if letter.transposed:
                parts = tuple(map(self._transposed, parts))
            lead = max(parts, key=self._weight)
            others = [w for w in parts if w is not lead]
            size = len(lead.letters)
            before, after = letters[:n], letters[n + 1 :]
            if before[-size:] == lead.letters:
                ends = before[:-size], after
            elif after[:size] == lead.letters:
                ends = before, after[size:]
            else:
                continue
            self.cancelled[letter.base] = None
            scale = Div(word.factor, lead.factor) if lead.factor != ONE else word.factor
            unit = ends[0] + ends[1] or (self._unit(self.arrays.shape(letter.base)),)
            found = [Word(scale, unit)]
            for w in others:
                inside = (*w.letters, letter) if ends[1] == after else (letter, *w.letters)
                factor = _negative(_times(scale, w.factor))
                found.append(Word(factor, ends[0] + inside + ends[1]))
            return found
        return None

    def _weight(self, word: Word) -> tuple[int, bool]:
        size = sum(not self._is_unit(letter) for letter in word.letters)
        return size, isinstance(word.factor, Number)

    def multiplied(self, gap: tuple[Word, ...], at: int) -> tuple[Word, ...]:
        """The words times what stands inverted at the beginning (at 0) or end (-1) of one; they
        vanish with it."""
        ends = [w.letters[at] for w in gap if w.letters and w.letters[at].inverse]
        if not ends:
            return gap
        letter = max(ends, key=lambda x: len(self.sums.get(x.base, ())))
        parts = self.sums.get(letter.base)
        if parts is None:
            parts = (Word(ONE, (letter._replace(inverse=False),)),)
        elif letter.transposed:
            parts = tuple(map(self._transposed, parts))
        self.cancelled[letter.base] = None
        return self._cancelled(self._product([parts, gap] if at == 0 else [gap, parts]))

    # --- what determinants ask for ---------------------------------------------------------------

    def determinant_of(self, base: Term) -> Term:
        """A number of which nothing more is known; 1 of an identity."""
        if self._is_unit(Letter(base)):
            return ONE
        meaning = Call(DETERMINANT, (self.written.get(base, base),))
        name = self._named(rf"\det({latex(base)})", meaning)
        self.given.shapes[name] = ()  # type: ignore[index]  # a dict, see above
        return Symbol(name)

    def in_order(self, words: Iterable[Word]) -> Term:
        """The same for the words of a matrix and of its transpose."""
        turned = map(self._transposed, words)
        return min((self.term(sorted(ws, key=repr)) for ws in (words, turned)), key=repr)

    def goes_by_entries(self, t: Term) -> bool:
        """Is it small enough to be written out, where that was asked for or entries are given?"""
        shape = self.arrays.shape(t)
        if not shape:
            raise Undecided("a matrix of one entry, which counts as a number")
        size = size_of(shape[0])
        if size is None or size > WRITTEN_OUT:
            return False
        return contains(t, Matrix) or (self.by_entries and size < WRITTEN_OUT)

    def entries(self, t: Term) -> list[list[Term]]:
        settled = self.settled(t)
        size = size_of(self.arrays.shape(t)[0])
        assert size is not None
        places = [term(n) for n in range(1, size + 1)]
        return [[self.arrays.at(settled, (i, j)) for j in places] for i in places]


def _bare(word: Word) -> Word:
    return word._replace(factor=ONE)


def _scaled(word: Word, by: Term) -> Word:
    return Word(_times(by, word.factor), word.letters)


def _times(a: Term, b: Term) -> Term:
    if a == ONE or b == ONE:
        return b if a == ONE else a
    return Mul((a, b))


def _negative(t: Term) -> Term:
    return Neg(t)


def _cancel(a: Letter, b: Letter) -> bool:
    return a.base == b.base and a.transposed == b.transposed and a.inverse != b.inverse


# --- what is looked for ---


def units(given: Given) -> set[str]:
    """The names of identity matrices."""
    return {
        d.name
        for d in given.definitions.values()
        if len(d.indices) == 2 and d.body == Delta(*map(Symbol, d.indices))
    }


def of_matrix(t: Term, arrays: Arrays) -> bool:
    return is_determinant(t) or (is_inverse(t) and len(arrays.shape(t.base)) == 2)


def has_any(t: Term) -> bool:
    return any(is_inverse(s) or is_determinant(s) for s in subterms_of(t, Pow, Call))


def is_determinant(t: Term) -> bool:
    return isinstance(t, Call) and t.name == DETERMINANT and len(t.args) == 1
