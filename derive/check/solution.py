"""The solution of an exercise as a page: what is given, then each claim's derivation."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.report import ClaimResult, ExerciseResult
from derive.explain.refuted import unproved
from derive.explain.stated import stated
from derive.explain.written import derivation
from derive.language import say
from derive.page import Block, Figure, Heading, Note, Page, Paragraph
from derive.term import Given


def solution_page(result: ExerciseResult, language: str = "en", pictures: bool = False) -> Page:
    """A page that stands alone: its text says all that its formulas need; ``pictures``: with a
    picture for each claim that has one."""
    exercise = result.exercise
    title = exercise.title if exercise is not None else say(language, "Solution")
    if exercise is not None and language == "de":
        title = exercise.german.title or title
    found = solution(result, language)
    if pictures:
        found += tuple(_pictures(result, language))
    return Page(title, found, language=language)


def _pictures(result: ExerciseResult, language: str) -> Iterator[Figure]:
    """One of each kind, after the derivations."""
    from derive.explain.pictures import illustration

    seen = set[str]()
    for claim in result.claims:
        point = claim.verdict.counterexample if claim.verdict is not None else None
        figure = illustration(claim.claim, point, language) if claim.claim is not None else None
        if figure is not None and repr(figure) not in seen:
            seen.add(repr(figure))
            yield figure


def solution(result: ExerciseResult, language: str = "en") -> tuple[Block, ...]:
    """The blocks of a solution, without a title."""
    given = result.given or Given()
    blocks = [*stated(given, language=language)]
    for claim in result.claims:
        if len(result.claims) > 1:
            blocks.append(Heading((_heading(claim),), 2))
        blocks += _claim(claim, given, language)
    return tuple(blocks)


def _heading(claim: ClaimResult) -> str:
    return claim.label[:1].upper() + claim.label[1:]


def _claim(result: ClaimResult, given: Given, language: str) -> Iterator[Block]:
    if result.claim is None or result.verdict is None:
        yield Note(result.status, (Paragraph((result.written,)),))
        return
    yield from stated(result.claim.given, given, language)
    if result.proof is None:
        yield from unproved(result.claim, result.verdict, language)
        return
    yield from derivation(result.proof, language)
