"""German: nothing that derive says is missing, and nothing stands there that it does not say."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterator

import pytest

from derive.check.library import library_folder
from derive.check.run import check_file
from derive.explain.proof import Proof, Reason
from derive.explain.rules import RULES
from derive.language import Untranslated, missing, reason, say
from derive.language.german import PHRASES, SENTENCES
from derive.term import Symbol

CLASS_WORK = (
    "tanh-derivative",
    "tanh-sigmoid",
    "softmax-distribution",
    "softmax-jacobian",
    "cross-entropy-gradient",
    "log-linear-softmax",
    "convolution",
)


def holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def reasons(proof: Proof) -> Iterator[Reason]:
    yield from (step.because for step in proof.steps)
    for part in (*proof.before, *proof.parts):
        yield from reasons(part)


def test_every_rule_has_german_words() -> None:
    words = {w for rule in RULES for w in (rule.words, rule.back) if w}
    lacking = [phrase for w in sorted(words) for phrase in missing("de", (w,))]
    assert lacking == []
    assert len(words) > 50


@pytest.mark.parametrize("name", CLASS_WORK)
def test_every_reason_of_the_class_work_has_german_words(name: str) -> None:
    result = check_file(os.path.join(library_folder(), f"{name}.md"))
    proofs = [claim.proof for claim in result.claims if claim.proof]
    said = [because for proof in proofs for because in reasons(proof)]
    assert said
    assert [phrase for because in said for phrase in missing("de", because)] == []


def test_translations_keep_their_holes() -> None:
    for english, german in {**SENTENCES, **PHRASES}.items():
        assert holes(german) == holes(english), english
        assert german != english or english.endswith("{name}"), english


def test_words_move_around_formulas() -> None:
    x, y = Symbol("x"), Symbol("y")
    because = ("multiply above and below by ", x, ", since y is one-hot, ", y)
    german = reason("de", because)
    assert german == ("Zähler und Nenner mit ", x, " multiplizieren, da y one-hot ist, ", y)
    assert reason("en", because) == because


def test_a_phrase_without_german_stays_and_is_named() -> None:
    because = ("power rule, by a wonder of ", Symbol("x"))
    assert reason("de", because) == ("Potenzregel, by a wonder of ", Symbol("x"))
    (phrase,) = missing("de", because)
    assert re.fullmatch("by a wonder of .", phrase)
    assert missing("en", because) == []


def test_a_sentence_without_german_is_an_error() -> None:
    assert say("en", "No such {thing}", thing=1) == "No such 1"
    with pytest.raises(Untranslated, match="No such"):
        say("de", "No such {thing}", thing=1)
