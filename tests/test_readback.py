"""Every generated solution is read back from its own text and proved again, with nothing needed.

The class work in all forms, the rest of the library each in one form, detail and language;
`benchmarks/readback.py` does all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import pytest
from readback import DETAILS, FORMS, LANGUAGES, open_steps, read_back

from derive.check.document import check_document
from derive.check.library import exercise_files, name_of
from derive.check.report import ExerciseResult
from derive.check.run import check_file
from derive.check.solution import solution_page
from derive.explain.proof import Detail
from derive.read.document import read_document
from derive.render import markdown

CLASS_WORK = (
    "convolution",
    "convolution-matrix-columnwise",
    "convolution-matrix-rowwise",
    "cross-entropy-gradient",
    "log-linear-softmax",
    "softmax-distribution",
    "softmax-jacobian",
    "tanh-derivative",
    "tanh-sigmoid",
)
FILES = {name_of(path): path for path in exercise_files()}


WAYS = list(product(DETAILS, FORMS, LANGUAGES))
ROWS = [(name, "normal", form, "en") for name in CLASS_WORK for form in FORMS]
ROWS += [(name, *WAYS[n % len(WAYS)]) for n, name in enumerate(FILES) if name not in CLASS_WORK]


@pytest.fixture(scope="module")
def solved() -> Callable[[str, str], ExerciseResult]:
    return cache(lambda name, detail: check_file(FILES[name], detail=detail))


@pytest.mark.parametrize(("name", "detail", "form", "language"), ROWS)
def test_a_solution_is_proved_again(
    name: str,
    detail: Detail,
    form: str,
    language: str,
    solved: Callable[[str, str], ExerciseResult],
) -> None:
    result = read_back(solved(name, detail), name, form, language)
    assert list(open_steps(result)) == []
    assert "proved" in result.statuses


def test_a_wrong_line_would_be_seen() -> None:
    page = solution_page(check_file(FILES["tanh-derivative"]))
    wrong = markdown.document(page).replace("= 1 - ", "= 2 - ")
    assert "refuted" in check_document(read_document(wrong, "md", "wrong.md")).statuses
