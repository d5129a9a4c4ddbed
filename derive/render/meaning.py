"""What is given, in words and readable formulas: what derive believes that it read."""

from __future__ import annotations

from collections.abc import Iterator

from derive.prover.display import assumption_words
from derive.term import (
    BigOp,
    Call,
    Claim,
    Definition,
    Given,
    Number,
    Range,
    Symbol,
    Term,
    free_names,
    subterms,
)
from derive.term.text import name_text, raised, subscript, text

SHORT = 56  # columns that declarations may share


def given_rows(given: Given) -> Iterator[str]:
    """Ranges, shapes, definitions and assumptions, one row each (ranges of one kind together)."""
    ranges = _grouped((name, _range_text(r)) for name, r in given.ranges.items())
    shapes = _grouped((name, _shape_text(shape)) for name, shape in given.shapes.items()
                      if name not in given.definitions)  # fmt: skip
    yield from _joined([*ranges, *shapes])
    for definition in given.definitions.values():
        yield definition_text(definition)
    for assumption in given.assumptions:
        yield assumption_words(assumption)


def definition_text(definition: Definition) -> str:
    head = name_text(definition.name)
    if definition.parameters:
        head = text(Call(definition.name, tuple(map(Symbol, definition.parameters))))
    if definition.indices:
        head += subscript(tuple(map(name_text, definition.indices)))
    return f"{head} = {text(definition.body)}"


def every(claim: Claim) -> str:
    """What a proof of the claim holds for: "for every d and all i, j" ("" where nothing is free).

    Only names that the claim itself mentions or that its names' definitions bring in.
    """
    used = _mentioned(claim)
    indices = [name for name in claim.given.ranges if name in free_names(claim.relation)]
    ranges = [claim.given.ranges[name] for name in claim.given.ranges if name in used]
    free = used - set(claim.given.definitions)  # what is defined has the sizes of its definition
    ranges += [r for name, shape in claim.given.shapes.items() if name in free for r in shape]
    bounds = {n for r in ranges for bound in (r.lower, r.upper) for n in free_names(bound)}
    bounds |= {n for t in _bodies(claim, used) for n in _bound_names(t)}
    dimensions = sorted(bounds - set(indices) - set(claim.given.definitions))
    parts = [f"for every {_listed(dimensions)}"] if dimensions else []
    parts += [f"{'' if parts else 'for '}all {_listed(indices)}"] if indices else []
    return " and ".join(parts)


def _listed(names: list[str]) -> str:
    return ", ".join(map(name_text, names))


def _mentioned(claim: Claim) -> set[str]:
    """Names in the claim, and names in the definitions of those, and so on."""
    names, fresh = set[str](), set(free_names(claim.relation))
    while fresh - names:
        new = fresh - names
        names |= new
        definitions = [claim.given.definitions[n] for n in new if n in claim.given.definitions]
        fresh = {name for definition in definitions for name in free_names(definition.body)}
    return names


def _bodies(claim: Claim, used: set[str]) -> list[Term]:
    given = claim.given.definitions
    return [claim.relation, *(given[name].body for name in used if name in given)]


def _bound_names(t: Term) -> Iterator[str]:
    """Names in the bounds of sums and products."""
    for s in subterms(t):
        if isinstance(s, BigOp):
            for bound in (s.lower, s.upper):
                if bound is not None:
                    yield from free_names(bound)


def _grouped(pairs: Iterator[tuple[str, str]]) -> Iterator[str]:
    """``i, j = 1..d`` for names of one meaning."""
    groups = dict[str, list[str]]()
    for name, meaning in pairs:
        groups.setdefault(meaning, []).append(name)
    for meaning, names in groups.items():
        yield f"{_listed(names)} {meaning}"


def _joined(rows: list[str]) -> Iterator[str]:
    """Short rows several on a line."""
    line = ""
    for row in rows:
        if line and len(line) + len(row) > SHORT:
            yield line
            line = ""
        line += ("   " if line else "") + row
    if line:
        yield line


def _range_text(r: Range) -> str:
    return f"= {text(r.lower)}..{text(r.upper)}"


def _shape_text(shape: tuple[Range, ...]) -> str:
    sizes = []
    for r in shape:
        from_one = isinstance(r.lower, Number) and r.lower.value == 1
        sizes.append(text(r.upper) if from_one else f"{text(r.lower)}..{text(r.upper)}")
    if not sizes:
        return "∈ ℝ"
    power = raised(sizes[0]) if len(sizes) == 1 else None
    return f"∈ ℝ{power}" if power else f"∈ ℝ^({'×'.join(sizes)})"
