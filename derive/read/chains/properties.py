# ruff: noqa: E501  (tables: a pattern a line)
"""What words say of a name, as tables: that it is symmetric, one-hot, positive, a vector, at least 1."""

from __future__ import annotations

import re
from collections.abc import Mapping

# fmt: off
# \x02 and \x03 stand around a formula of the running text.
NAME = (
    r"(?:\x02(?P<{0}>[^\x02\x03]{{1,40}})\x03|\*\*(?P<{0}b>\w)\*\*|(?P<{0}f>\\mathbf\{{\w\}})"
    r"|(?P<{0}s>\b[A-Za-z]_\{{?\w\}}?)|\b(?P<{0}l>[b-hj-zB-HJ-Z])\b)"
)
# not over "and y is": that is said of another name
_GAP = r"(?:(?!(?:\band|\bund|,|\bwhile|\bwhere)\s+(?:the\s+)?[A-Za-z]\s+(?:is|are|be)\b)[^.\x02\x03]){0,50}?"
# "z, a one-hot target y" speaks of y
_OF_ANOTHER = r"(?![- ]?(?:encoded)?(?:\s+(?!and\b|with\b|of\b|in\b|for\b|on\b|so\b|as\b)[\w-]+){0,3}\s*\x02)"
# not "n is the length of a vector", nor "d is the vector length"
_WORDS = r"(?:(?!of\b|in\b|for\b|to\b|on\b|per\b|not\b)[\w-]+\s+|\x02[^\x02\x03]{1,20}\x03[\s-]+){0,5}?"
# "Dabei ist x eine feste", "sei x ein"
_IST = r"\s*,?\s*(?:(?:ist|sind|sei(?:en)?|als|die|der|den|das|stets|immer|also|hier|ein(?:e[nrms]?)?|feste\w*|beliebige\w*|reelle\w*|gegebene\w*)\s+)*"
# ".. is a real $n \times d$ matrix with"
_OF_SIZE = r"(?:(?:is|be|an?)\s(?:(?!and\b|not\b)[\w-]+\s+){0,3}?(?:\x02[^\x02\x03=]{1,20}\x03[\s-]*)?(?:matrix|matrices)\s+)?"
_NO_NOUN = r"(?!\s+(?:dimension|length|size|norm|product|entr|element|component|inde|multiplic))"
_ADJECTIVES = r"\s+(?:(?:symmetric|invertible|nonsingular|positive[- ]definite|orthogonal|real|square)(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)){0,3}"
# "symmetric, positive definite $A$": after the first
_AND_MORE = r"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)(?:symmetric|invertible|nonsingular|positive[- ]definite|orthogonal|real|square)){0,3}\s+(?:matrix\s+|matrices\s+)?"
FACTS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "one-hot": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|denotes?|as)\b" + _GAP + r"\bone[- ]?hot", re.IGNORECASE),
        re.compile(NAME.format("n") + r"\s*,?\s*(?:a|the)\b" + _GAP + r"\bone[- ]?hot" + _OF_ANOTHER, re.IGNORECASE),
        re.compile(r"\bone[- ]?hot(?:[- ]?encoded)?(?:\s+(?:target|label|encoded|encoding|vector|class|ground|truth|labels|targets|of|the)){0,5}\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"one[- ]?hot", re.IGNORECASE),
    ),
    "distribution": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:lies?|be|is|are|lie|liegt|sei)\s+(?:a point\s+)?(?:in|on|im)\s+(?:the\s+)?(?:probability\s+|standard\s+)?simplex\b", re.IGNORECASE),
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:the\s+|some\s+)?convex\s+(?:weights|coefficients)\b", re.IGNORECASE),
        re.compile(r"\bconvex\s+(?:weights|coefficients)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(r"\x02(?P<n>\\?[A-Za-z]+)\s*(?:\\in(?![a-z])|∈)\s*\\Delta(?:[_^][^\x02\x03]*)?\x03(?P<nb>)(?P<nf>)(?P<ns>)(?P<nl>)"),
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|denotes?|form)\b" + _GAP + r"\bprobabilit(?:y|ies)\s+(?:distribution|vector|mass)", re.IGNORECASE),
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:an?\s+|two\s+)?(?:discrete\s+)?distributions?\s+(?:over|on)\s+(?=\x02|the\b.{0,20}(?:class|label|categor)|\w+\s+(?:class|label|categor))", re.IGNORECASE),
        re.compile(r"\bprobability\s+(?:distribution|vector)s?\s+(?:over\s+(?!the\b|all\b|these\b|its\b)\w+\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:diskrete\w*\s+)?Wahrscheinlichkeits(?:verteilung|vektor)", re.IGNORECASE),
        re.compile(r"\bWahrscheinlichkeits(?:verteilung|vektor)(?:en)?\s+" + NAME.format("n"), re.IGNORECASE),
    ),
    "symmetric": (
        re.compile(r"(?<![\w-])(?<!skew )symmetric" + _AND_MORE + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _ADJECTIVES + r"(?<![\w-])(?<!skew )symmetric\b", re.IGNORECASE),  # A symmetric and invertible
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being)\b" + _GAP + r"(?<![\w-])(?<!skew )symmetric", re.IGNORECASE),
        re.compile(r"(?<![\w-])(?<!skew )symmetric\s+(?:\w+\s+){0,2}?(?:matrix|matrices)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"symmetrisch", re.IGNORECASE),
        re.compile(r"\bsymmetrische\w*\s+(?:\w+\s+){0,2}?Matri(?:x|zen)\s+" + NAME.format("n"), re.IGNORECASE),
    ),
    "orthogonal": (
        re.compile(r"\borthogonal" + _AND_MORE + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _ADJECTIVES + r"orthogonal(?!\s+to\b)\b", re.IGNORECASE),  # A symmetric and invertible
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being)\s+(?:an?\s+)?orthogonal(?!\s+to\b|\s+(?:vector|project|basis|decomp))", re.IGNORECASE),
        re.compile(r"\borthogonal\s+matri(?:x|ces)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(r"\borthogonale\w*\s+Matri(?:x|zen)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"orthogonale?\b(?!\s+(?:zu|Projekt|Vektor))", re.IGNORECASE),
    ),
    "orthonormal columns": (
        re.compile(NAME.format("n") + r"\s*,?\s*" + _OF_SIZE + r"(?:has|have|having|with|of)\s+(?:\w+\s+)?orthonormal\s+columns\b", re.IGNORECASE),
        re.compile(NAME.format("n") + _GAP + r"\bwhose\s+columns\s+(?:are|form|be)\s+(?:an?\s+)?(?:mutually\s+)?orthonormal\b", re.IGNORECASE),
        re.compile(r"\bcolumns\s+of\s+(?:the\s+|an?\s+)?(?:matrix\s+)?" + NAME.format("n") + r"\s*(?:are|form|be)\s+(?:an?\s+)?(?:mutually\s+)?orthonormal\b", re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:\w+\s+){0,3}?(?:habe|hat|haben|mit)\s+orthonormalen?\s+Spalten\b", re.IGNORECASE),
        re.compile(r"\bSpalten\s+von\s+" + NAME.format("n") + _IST + r"orthonormal\b", re.IGNORECASE),
    ),
    "orthonormal rows": (
        re.compile(NAME.format("n") + r"\s*,?\s*" + _OF_SIZE + r"(?:has|have|having|with|of)\s+(?:\w+\s+)?orthonormal\s+rows\b", re.IGNORECASE),
        re.compile(NAME.format("n") + _GAP + r"\bwhose\s+rows\s+(?:are|form|be)\s+(?:an?\s+)?(?:mutually\s+)?orthonormal\b", re.IGNORECASE),
        re.compile(r"\brows\s+of\s+(?:the\s+|an?\s+)?(?:matrix\s+)?" + NAME.format("n") + r"\s*(?:are|form|be)\s+(?:an?\s+)?(?:mutually\s+)?orthonormal\b", re.IGNORECASE),
        re.compile(r"\bZeilen\s+von\s+" + NAME.format("n") + _IST + r"orthonormal\b", re.IGNORECASE),
    ),
    "unit vector": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|an?|denotes?)\b" + _GAP + r"\b(?:unit\s+vectors?\b|unit[- ](?:norm|length)\b)", re.IGNORECASE),
        re.compile(NAME.format("n") + r"\s*,?\s*(?:has|have|of|with)\s+unit\s+(?:norm|length)\b", re.IGNORECASE),
        re.compile(r"\bunit\s+vectors?\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"Einheitsvektor", re.IGNORECASE),
        re.compile(r"\bEinheitsvektor(?:en|s)?\s+" + NAME.format("n"), re.IGNORECASE),
    ),
    "positive definite": (
        re.compile(r"\bpositive[- ]definite" + _AND_MORE + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _ADJECTIVES + r"positive[- ]definite\b", re.IGNORECASE),  # A symmetric and invertible
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being)\b" + _GAP + r"\bpositive[- ]definite", re.IGNORECASE),
        re.compile(r"\bpositive[- ]definite\s+(?:\w+\s+){0,2}?(?:matrix|matrices)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:symmetrisch\w*\s+)?positiv definit", re.IGNORECASE),
    ),
    "invertible": (
        re.compile(r"\b(?:invertible|nonsingular)" + _AND_MORE + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _ADJECTIVES + r"(?:invertible|nonsingular)\b", re.IGNORECASE),  # A symmetric and invertible
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being)\s+(?:an?\s+)?(?:invertible|nonsingular|non-singular)", re.IGNORECASE),
        re.compile(r"\b(?:invertible|nonsingular|non-singular)\s+(?:\w+\s+){0,2}?matri(?:x|ces)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:invertierbar|regulär)", re.IGNORECASE),
    ),
    "positive": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:a\s+|some\s+)?(?:strictly\s+|always\s+)?positive(?!\s+(?:semi|definite|int))", re.IGNORECASE),
        re.compile(r"(?<!non)(?<!non-)\bpositive\s+(?:constant|real|number|scalar|parameter|temperature)s?\s+(?:number\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"positiv(?:e[nrs]?)?\b(?!\s+(?:semi)?definit)", re.IGNORECASE),
    ),
    "negative": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:a\s+|some\s+|any\s+)?(?:strictly\s+|always\s+)?negative(?!\s+(?:semi|definite|log))\b", re.IGNORECASE),
        re.compile(r"(?<![\w-])negative\s+(?:constant|real|number|scalar|parameter)s?\s+(?:number\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"negativ(?:e[nrs]?)?\b(?!\s+(?:semi)?definit)", re.IGNORECASE),
    ),
    "nonnegative": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:a\s+|some\s+|any\s+)?(?:always\s+)?non-?negative\b", re.IGNORECASE),
        re.compile(r"\bnon-?negative\s+(?:constant|real|number|scalar|parameter|weight)s?\s+(?:number\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"nicht-?negativ(?:e[nrs]?)?\b", re.IGNORECASE),
    ),
    "nonzero": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:a\s+|some\s+|any\s+)?non-?zero\b(?!\s+(?:vector|matri))", re.IGNORECASE),
        re.compile(r"\bnon-?zero\s+(?:constant|real|number|scalar|parameter)s?\s+(?:number\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"ungleich (?:null|0)\b", re.IGNORECASE),
    ),
    "sum-one": (
        re.compile(NAME.format("n") + r"[^.\x02\x03();]{0,40}?\b(?:with|of|have|has)\s+(?:unit\s+sum|(?:total\s+)?sum\s+(?:of\s+|equal to\s+)?(?:one|1|\x021\x03))", re.IGNORECASE),
        re.compile(NAME.format("n") + r"[^.\x02\x03();]{0,40}?\badds?\s+(?:up\s+)?to\s+(?:one\b|1\b|\x021\x03)", re.IGNORECASE),
        re.compile(r"\b(?:sum|Summe)\s+(?:of|over|der|aller|von)\s+(?:the\s+|all\s+)?(?:\w+\s+)?" + NAME.format("n") + r"\s+(?:is|equals|ist|beträgt)\s+(?:one\b|eins\b|1\b|\x021\x03)", re.IGNORECASE),
        re.compile(NAME.format("n") + _GAP + r"\bsums?\s+(?:up\s+)?to\s+(?:one\b|1\b|\x021\x03)", re.IGNORECASE),
        re.compile(NAME.format("n") + _GAP + r"\bsummier\w+\s+sich\s+(?:zu|auf)\s+(?:eins\b|1\b|\x021\x03)", re.IGNORECASE),
    ),
    "scalar": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|as|now)\s+(?:now\s+)?(?:an?\s+|some\s+|any\s+)?(?:single\s+|fixed\s+|arbitrary\s+|positive\s+)?(?:scalars?\b|real(?!-valued|\s+(?:\x02|vector|matri|function|symm|square))\b|number\b(?!\s+of)|one-dimensional)", re.IGNORECASE),
        re.compile(r"\b(?:scalar|real|real number|one-dimensional)\s+(?:number\s+|variable\s+|input\s+|argument\s+)?" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:Skalar(?:en?)?\b|Zahl(?:en)?\b|reell\b)", re.IGNORECASE),
    ),
    "matrix": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|denotes?)\s+" + _WORDS + r"(?:matrix\b|matrices\b)" + _NO_NOUN, re.IGNORECASE),
        re.compile(r"\b(?:matrix|matrices)\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:\w+e[nr]?\s+|\x02[^\x02\x03]{1,20}\x03[\s-]+){0,3}?Matri(?:x|zen)\b", re.IGNORECASE),
    ),
    "vector": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be|being|denotes?)\s+" + _WORDS + r"vectors?\b" + _NO_NOUN, re.IGNORECASE),
        re.compile(r"\bvectors?\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:\w+e[nr]?\s+|\x02[^\x02\x03]{1,20}\x03[\s-]+){0,3}?Vektor(?:en)?\b", re.IGNORECASE),
        re.compile(r"\bVektor(?:en|s)?\s+" + NAME.format("n"), re.IGNORECASE),
    ),
    "integer": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:an?\s+|some\s+)?(?:positive\s+|fixed\s+)?integer", re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:positive\w*\s+)?(?:ganze\w*\s+Zahl|ganzzahlig)", re.IGNORECASE),
    ),
    "complex": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:an?\s+|some\s+|any\s+|two\s+)?(?:fixed\s+|arbitrary\s+)?complex(?:\s+numbers?\b|-valued\b|\s*[.,;])", re.IGNORECASE),
        re.compile(r"\bcomplex\s+numbers?\s+" + NAME.format("n"), re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"(?:\w+e\s+)?komplex", re.IGNORECASE),
        re.compile(r"\bkomplexen?\s+Zahl(?:en)?\s+" + NAME.format("n"), re.IGNORECASE),
    ),
    "natural": (
        re.compile(NAME.format("n") + r"\s*,?\s*(?:is|are|be)\s+(?:an?\s+|some\s+)?(?:fixed\s+)?natural\s+number", re.IGNORECASE),
        re.compile(NAME.format("n") + _IST + r"natürliche\w*\s+Zahl", re.IGNORECASE),
    ),
}
# What is said besides of a name: "weights $w_i > 0$ sum to one".
NAMED_IN = re.compile(r"\\in(?![a-z])|∈|[<>=≤≥]|\\(?:leq?|geq?|gt|lt)(?![a-z])")
# Kinds of numbers, by how they compare with 0.
SIZES: Mapping[str, str] = {"positive": ">", "negative": "<", "nonnegative": ">=", "nonzero": "!="}
# What a word means: "a matrix $A$ is called symmetric if".
CALLED = re.compile(r"\b(?:called|said to be|heißt|heissen|genannt|means|bedeutet)\b", re.IGNORECASE)
CALLED_IF = re.compile(r"\s*(?:\w+\s+)?(?:if|iff|if and only if|exactly when|wenn|falls|genau dann)\b", re.IGNORECASE)
WORD_DEFINED = re.compile(
    r"(?:\b(?:called|said to be|heißt|genannt)\b[^.!?]*\b(?:if|iff|when|wenn|falls)\b"
    r"|(?:\A|[.!?]\s+|\n\s*|\A\W*)(?:An?|Eine?)\s+(?!\x02)[^.!?]*\b(?:is|are|ist)\s+[^.!?]*\b(?:if|iff|when|wenn|falls)\b)[^.!?]*\Z"
)
# i runs from 0 to n - 1
RUNS_FROM = re.compile(
    r"\x02\s*(?P<names>[a-z](?:\s*,\s*[a-z])*)\s*\x03\s+(?:always\s+)?(?:runs?|ranges?|goes|go|läuft|laufen|geht)\s+(?:over all numbers\s+)?(?:from|von)\s+"
    r"\x02?(?P<lower>\d)\x03?\s+(?:to|up to|through|bis)\s+\x02?(?P<upper>[^\x02\x03.,;]{1,12}?)(?:\x03|(?=[.,;\s]))",
    re.IGNORECASE,
)
# x is at least 1, x lies between 0 and 1
COMPARISONS: Mapping[str, str] = {
    "at least": r"\ge", "at most": r"\le", "greater": ">", "larger": ">", "bigger": ">", "less": "<", "smaller": "<",
    "mindestens": r"\ge", "höchstens": r"\le", "größer": ">", "kleiner": "<",
}
COMPARED = re.compile(
    NAME.format("n") + r"\s*,?\s*(?:is|are|be|lies?|liegt?|sei|ist)\s+(?:always\s+|stets\s+|a number\s+|eine Zahl\s+)?(?:"
    r"(?:between|zwischen)\s+\x02(?P<low>[^\x02\x03]{1,12})\x03\s+(?:and|und)\s+\x02(?P<high>[^\x02\x03]{1,12})\x03"
    r"|(?:an?\s+|any\s+|some\s+|eine?\s+)?(?:\w+\s+){0,2}?(?:in|from|aus|im Intervall)\s+\x02\s*(?P<left>[(\[])(?P<from>-?\d{1,3})\s*,\s*(?P<until>-?\d{1,3})(?P<right>[)\]])\s*\x03"
    r"|(?P<how>at least|at most|(?:greater|larger|bigger|less|smaller) than|mindestens|höchstens|(?:größer|kleiner) als)\s+\x02(?P<value>[^\x02\x03=<>]{1,12})\x03)",
    re.IGNORECASE,
)
# p_i is the i-th component of softmax(..)
COMPONENT = re.compile(
    r"(?:\x02(?P<formula>[^\x02\x03]{1,40})\x03|(?P<name>\\?[A-Za-z]+(?:\{\w\})?_\{?\w\}?))\s*(?:is|are|denotes?)\s+the\s+"
    r"[*\x02${]*(?P<index>[a-z])[*\x03$}]*\s*-?\s*(?:th|st|nd|rd)?\s*(?:\^?\{?th\}?\s*)?"
    r"(?:component|entry|element|coordinate)\s+of\s+(?P<of>[^.;]{0,400})",
    re.IGNORECASE,
)
# $c$ is a constant, the constant $c$; in a reason the dollars are gone
CONSTANT = re.compile(
    r"\bconstants?\s+(?:\x02(?P<after>[^\x02\x03]{1,20})\x03|(?P<bare>[A-Za-z]|\\[a-z]+)(?![A-Za-z]))"
    r"|\x02(?P<before>[^\x02\x03]{1,20})\x03,?\s+(?:is|are|be|being|a|as|some|any)\s+(?:an?\s+|some\s+|any\s+|held\s+|fixed\s+|real\s+)*constants?\b",
    re.IGNORECASE,
)
LABEL_OF_CLASS = re.compile(
    r"(?:\x02(?P<formula>[a-zA-Z])\x03|\b(?P<plain>[b-hj-z])\b)\s+is\s+the\s+(?:index\s+of\s+the\s+)?"
    r"(?:correct|true|target)\s+(?:class|label|word|index)",
    re.IGNORECASE,
)
# fmt: on
