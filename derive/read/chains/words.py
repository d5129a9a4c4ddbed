# ruff: noqa: E501  (tables: a pattern a line)
"""Words between formulas, as tables: what they say about the formulas beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

# fmt: off

# --- between two equations of one display: \text{ and hence } -------------------------------------
FOLLOWS = frozenset((
    "and hence", "hence", "thus", "and thus", "so", "and so", "so that", "therefore", "implies",
    "and therefore", "which implies", "this implies", "equivalently", "or equivalently", "i.e.",
    "i.e", "that is", "it follows that", "follows", "gives", "which gives", "yields", "then",
    "we get", "consequently", "or", "oder", "daher", "also", "somit", "folglich", "d.h.", "soit", "donc",
    "所以", "因此", "故", "于是", "即",
))
CONDITION = frozenset((  # the first word
    "if", "for", "when", "whenever", "provided", "as", "unless", "given", "assuming", "on",
    "falls", "für", "wenn", "sofern", "any", "all", "im", "sei",
))
OR = frozenset(("or", "oder"))
JOINING = frozenset(("and", "with", "where", "while", "but", "und", "mit", "wobei", "let", "also"))
BECAUSE = frozenset(("since", "because", "by", "using", "da", "weil", "denn", "(by", "(since"))

# --- at the end of the prose before a display -----------------------------------------------------
# The display follows from the equations before it.
LEADS_ON = re.compile(
    r"(?:\b(?:thus|hence|therefore|so|consequently|it follows that|we (?:can )?(?:now )?"
    r"(?:get|obtain|find|have|conclude|solve|determine|rewrite|arrive)|gives?|yields?|implies|"
    r"leads? to|equivalent(?:ly)?|solving|rearranging|substitut\w+|plugging|multiplying|dividing|"
    r"exponentiating|taking|inserting|subtracting|adding|squaring|combin\w+|set(?:ting)?|"
    r"follows|results? in|becomes|both sides|using|somit|daher|also|folglich)\b|所以|因此|得)"
    r"[^.!?]*$",
    re.IGNORECASE,
)
# The display says what a name means.
DEFINES = re.compile(
    r"(?:\bif\s+(?:you|we|one)\b(?=[^.!?]*\b(?:have|take|use|write|set|define|let)\b)|"
    r"\b(?:let|where|define[sd]?|defin\w+|denote[sd]?|consider|suppose|given by|is called|"
    r"introduce|choose|set|write|put|stands? for|abbreviat\w+|with|sei|seien|wobei|mit|bezeichn\w+|"
    r"gegeben durch|setze\w*|definier\w+)\b|"
    r"设|定义|令|记)[^.!?]*$",
    re.IGNORECASE,
)
# A sentence begins that gives a name a value from here on: "With $\eta = 1/a$ we are done".
CHOSEN_NOW = re.compile(
    r"(?:\A|[.!?:]\s|\n\s*\n)\s*(?:With|Using|Setting|Choosing|Taking|Choose|Take|Set|Put|Inserting|Substituting|"
    r"Plugging in|For|Mit|Setzen wir|Für)\s+(?:the\s+|a\s+)?(?:\w+\s+){0,4}\x02?\Z"
)
# .. up to where it is looked at in general again
IN_GENERAL = re.compile(r"\b(?:In general|Generally|For general|Im Allgemeinen|Allgemein)\b")
CHOICE = re.compile(r"\b(?:choos\w+|chose|pick\w*|tak(?:e|ing)|set(?:ting)?|using|wähl\w+|setze\w*)\b[^.!?=]*\Z", re.IGNORECASE)
# .. for the rest of its sentence only: "then with $y = x$ we get".
WITHIN = re.compile(r"[a-z,]\s+(?:with|setting|taking|putting|for|mit)\s+\x02?\Z")
WE_GET = re.compile(r"\x03?\s*,?\s*(?:we|one|this|it|that|wir|man)\s+(?:get|gets|obtain|have|has|find|see|gives|becomes|erhalten|erhält)\b")
# The display says again what a name means, in another way.
SAID_AGAIN = re.compile(
    r"\b(?:writ\w+|rewrit\w+|rewrote|equals?|simplif\w+|expan\w+|same|recall\w*|note|i\.e\.|that is|namely|"
    r"express\w*|again|transform\w*|forms?|other words|becomes?|indeed|claim\w*|show\w*|prove\w*|line|step|"
    r"in general|in particular|generally|always|im allgemeinen|stets|since|because|but|even|still|then|we|it|gives?|this|dann|umschreib\w*|nochmals?|"
    r"zeig\w*|beweis\w*|behaupt\w*|weil|denn|nämlich|also|wir|ergibt|"
    # what another one says of it
    r"wrong|incorrect|wrote|got|students?|neighbou?r\w*|TA|tutor\w*|colleagues?|friend\w*|someone|somebody|README|falsch|Kommiliton\w*|Nachbar\w*)\b[^.!?]*$",
    re.IGNORECASE,
)
# "set z = 3": a number that is tried for a moment
TRIES = re.compile(r"\b(?:set|put|choose)\b[^.!?=]*$", re.IGNORECASE)
TRIED = re.compile(
    r"\b(?:at|would|requires?|setting|putting|taking|plugging in|inserting|take|put|try|choose|for example|for instance|e\.g\.|"
    r"einsetzen|zum Beispiel|z\.\s?B\.)\b[^.!?\x03]*\x02?\Z",
    re.IGNORECASE,
)
# .. from one definition to the next: "$y = u^2$, $u = 3x$"
LIST_GOES_ON = re.compile(r"[\s$\\()]*(?:[,;]|,?\s*(?:and|with|where|und|mit|wobei))[\s$\\()]*")
# A name is given a value for what follows.
STATES_A_VALUE = re.compile(
    r"(?:\A|[.!?,;:]\s|\n|\band\s|\bund\s)\s*(?:now\s+|so\s+|then\s+)?(?:let|assume|assuming|suppose|since|because|given|as|where|here|using|know|known|"
    r"sei(?:en)?|angenommen|da|weil|mit|fix|with|for|we (?:have|set|fix|take|choose)|set)\b[^.!?]*\x02?\Z",
    re.IGNORECASE,
)
# "Let $n = 2$": how many there are, up to where it is let be otherwise
COUNT_GIVEN = re.compile(
    r"(?:\A|[.!?:,]\s|\n)\W*(?:now\s+|next\s+)?(?:let|take|fix|sei)(?:\s+(?:now|next|instead|nun))?\s*\x02?\Z", re.IGNORECASE
)
CHECKED = re.compile(r"\b(?:(?:sanity )?check|probe|as a test)\b[^.!?]*\Z", re.IGNORECASE)
FOR_INSTANCE = re.compile(r"\b(?:e\.\s?g\.|for instance|for example|such as|say|z\.\s?B\.|etwa|zum Beispiel)\W*\x02?\Z", re.IGNORECASE)
# "let x be a number and": the list of what is let be goes on.
LISTED = re.compile(r"\s*(?:,|(?:be|is|denote\w*|an?|the)\b[^.!?\x02\x03]{0,60})?\s*(?:,\s*)?(?:and|und)?\s*")
LETS = re.compile(r"(?:\b(?:let|define|denote|set|put|choose|sei)\b|设|令|记)[^.!?=]*$", re.IGNORECASE)
LETS_BE = re.compile(r"\b(?:let|define|denote|sei(?:en)?)\b(?!\s+us\b)[^.!?=]*\x02[^.!?=]*$", re.IGNORECASE)
# Of what there is much it is claimed: "For square matrices $A, B$ we have"; not "for matrices $A = B$".
_ANY_OF = (
    r"\s+(?:(?:all|any|every|each|real|square|arbitrary|general|two|three|alle|beliebige|reelle|quadratische|zwei)\s+)*"
    r"(?:matrices|vectors|numbers|scalars|functions|Matrizen|Vektoren|Zahlen|Funktionen)\b(?!\s*(?:\x02[^\x03]*=|\x02?\Z))"
)
# What is said is not claimed.
NOT_CLAIMED = re.compile(
    r"\b(?:if|when|suppose|assum\w+|unless|instead|not|n't|wrong|false\w*|whether|guess|would|case|"
    r"mistake\w*|incorrect\w*|never|(?:for(?![^.!?:\x02,]*,\s*$)|für)(?!" + _ANY_OF + r")|falls|wenn|at|until|while|"
    r"sei(?:en)?|angenommen|setzen|nicht|nie|statt|anstatt|ob|Fehler|Fall|bei)\b[^.!?:]*$",
    re.IGNORECASE,
)
FOR = re.compile(r"\b(?:for|für|of|at)\b[^.!?:]*$", re.IGNORECASE)
# But it is where only formulas say for what: "for $x > 0$ we have". \x02 stands for a formula.
CLAIMED_FOR = re.compile(
    r"\b(?:for|für)\s+(?:(?:all|any|every|each|real|positive|negative|numbers?|scalars?|alle|jedes)\s+)*\x02"
    r"(?:\s*(?:,|and|und)\s*\x02)*\s*,?\s*(?:(?:we|one)\s+(?:have|has|get|obtain|find|see)|it holds|gilt)\b"
    r"[^.!?:\x02]*$",
    re.IGNORECASE,
)
# "If $x < 0$, then": a claim for some values; \x02 and \x03 stand around a formula.
CLAIMED_IF = re.compile(
    r"(?:\A|[.!?:\n]|\\item(?:\[[^\]]*\])?)\s*(?:if|wenn|falls|ist)\s+\x02[^\x02\x03=]*(?:[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![a-z]))[^\x02\x03=]*\x03"
    r"\s*,?\s*(?:then|so|dann)(?:\s+(?:(?:we|one)\s+have|it holds|ist|gilt))?\s*\x02?\Z",
    re.IGNORECASE,
)
FORMULA = re.compile(r"\x02[^\x02\x03]*\x03?")  # in the running text
# "Assume that a > 0, b > 0 and": a list of conditions; \x02 stands for each formula.
ASSUMED = re.compile(
    r"(?:^|[.!?:\n])[\s*(-]*(?:(?:We|Now|Next|So|Also|Let us)\s+)*(?:assume|suppose)\s+(?:(?:now|next|inductively|for induction)\s+)?(?:that\s+)?(?:\x02\s*(?:,|and|, and)?\s*)*\Z"
    r"|(?:^|[.!?\n])\s*Wir setzen\s+(?:\x02\s*(?:,|und)?\s*)*\Z"
    # "Consider the constraint $x + y = 1$", "We work on the line $a + b = 1$"
    r"|(?:^|[.!?\n])\s*(?:consider|take|impose|we\s+(?:now\s+)?(?:consider|impose|work|stay|move|restrict\s+\w+)|(?:wir\s+)?betrachte\w*)\s+(?:(?:on|under|with|to|in|auf|in)\s+)?"
    r"(?:the|a|de[nr]|die|das)\s+(?:constraints?|restriction|condition|line|plane|hyperplane|circle|sphere|curve|surface|set|Nebenbedingung|Bedingung|Gerade|Ebene|Kreis|Kurve)\s*\x02?\Z",
    re.IGNORECASE | re.MULTILINE,
)
SATISFIES = re.compile(r"\b(?:which|that|die|das|der)\s+(?:satisf(?:y|ies)|fulfil\w*|erfüll\w*)\s*\x02?\Z", re.IGNORECASE)
GOAL = re.compile(r"(?:\b(?:goal|aim) is\b[^.!?\x02]*|\b(?:want|wish|have|remains) to (?:show|prove)\b[^.!?\x02]*|\bclaim:\s*|\bBehauptung:\s*)\x02?\Z", re.IGNORECASE)
# "Let $|x| < 1$", "WLOG let $x \\ge y$"
LET_BEFORE = re.compile(
    r"(?:\A|[.!?\n,])\s*(?:(?:now|wlog|without loss of generality|o\. ?B\. ?d\. ?A\.),?\s+)?(?:let|sei(?:en)?)\s*(?:\x02(?:\s+be\s+(?:\w+\s*){1,4}?)?\s*(?:,\s*(?:and|und)?|and|und)\s*)*\x02?\Z", re.IGNORECASE
)
# A formula of the running text is concluded from what stands before it.
CONCLUDED = re.compile(
    r"(?:\b(?:hence|so|so that|thus|therefore|consequently|i\.e\.|that is|gives?|yields?|implies|equivalently|"
    r"(?:we|one) (?:get|have|obtain|find|see|conclude)s?|it follows|follows|becomes|results in|leads to|simplifies to|"
    r"reduces to|then|dann|also|somit|daher|folglich|d\.\s?h\.|ergibt(?: sich)?|liefert|folgt|erhalten wir|erhält man|gilt))"
    r"\s*,?:?\s*(?:that|dass)?\s*\x02?\Z",
    re.IGNORECASE,
)
# What goes on with a conclusion: "hence $x = 3$ and $y = 1$".
AND_SO = re.compile(r"\s*,?\s*(?:and|und|,)\s*\x02?")
SO_THAT = re.compile(r"\b(?:(?:so|such) that|i\.\s?e\.|that is)\W*\Z", re.IGNORECASE)  # chosen so that it holds
# What is said is to be taken for granted.
STATED = re.compile(
    r"\b(?:assum\w+|suppose|since|because|given|fact|using|recall\w*|know\w*|hence|where|with|and|"
    r"as|let|have|satisf\w+|such|constraint|subject|note|i\.e\.|so|that|requir\w+|sum\w*|"
    r"sei(?:en)?|angenommen|setzen|da|weil|wegen|wobei|mit|und|dass|also|summier\w*)\b[^.!?]*$",
    re.IGNORECASE,
)

# Names are let be something anew: "let now $u$ and $v$ be any vectors", "let $u \in \mathbb{R}^d$",
# "for an arbitrary $a$"; "let $A$ be symmetric" says more of the same one.
_KINDS = r"(?:vectors?|matri(?:x|ces)|numbers?|scalars?|functions?|integers?|random variables?|Vektor\w*|Zahl\w*|Matri\w*|Funktion\w*|Zufallsvariable\w*)"
# "Let $n = 3$", "Suppose next that $a < 0$"
LET_BE_OTHER = re.compile(
    r"\b(?:(?:let|take|fix|sei)(?:\s+(?:now|instead|next|nun))?|(?:suppose|assume|consider)\s+(?:now|next|instead|finally|secondly)(?:,?\s+that)?|(?:angenommen|sei)\s+nun)\s+"
    r"\x02\s*(?P<name>\\?[A-Za-z]+)(?:_\{?(?P<low>\d)\}?)?\s*(?:=\s*-?\d+|(?:[<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![a-z]))\s*0)\s*\x03",
    re.IGNORECASE,
)
_LISTED = r"{0}(?:\s*(?:,|and|und)\s*{0})*"
LET_ANEW = re.compile(
    r"\b(?:(?:let|fix|take|pick|sei(?:en)?)(?:\s+(?:now|instead|again|next|nun|jetzt|any|an?|arbitrary|real|" + _KINDS + r"))*|"
    r"for\s+(?:(?:any|every)\s+(?:real\s+)?" + _KINDS + r"|(?:an\s+)?arbitrary(?:\s+(?:real\s+)?" + _KINDS + r")?))\s+"
    r"(?P<names>" + _LISTED.format(r"\x02[^\x02\x03]{1,60}\x03") + "|" + _LISTED.format(r"(?-i:[b-hj-zB-HJ-Z])\b") + r")"
    r"\s*,?\s*(?P<be>(?:be|denote|ein\w*)?\s*(?:now\s+|nun\s+|again\s+|wieder\s+|aber\s+|jedoch\s+|instead\s+|hier\s+)*"
    r"(?:(?:(?:an?|ein\w*)\s+)?(?:any|anything|arbitrary|beliebig\w*)|an?|some|real|reell\w*|two|three|ein\w*|" + _KINDS + r")\b)?",
    re.IGNORECASE,
)
ANYTHING = re.compile(r"\b(?:any|anything|arbitrary|beliebig\w*)\b", re.IGNORECASE)
# y \in \{-1, 1\}: which values there are is said anew
ONE_OF_VALUES = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+)(?:_\{?\w\}?)?\s*(?:\\in(?![a-z])|∈)\s*\\?(?:left)?(?:\\?\{[^.…]*\\?\}?|[(\[][^()\[\]]*[)\]])\s*[.,]?\s*"
)

# x \leftarrow x + 1: a name of an algorithm, which has another value from here on
ASSIGNED = re.compile(r"\s*(?P<name>\\?[A-Za-z]+)\s*(?:\\leftarrow|\\gets|←)(?![a-z])")

# What a name is introduced with: "Let $u$ be a vector with $u^T u = 1$".
INTRODUCED_WITH = re.compile(
    r"(?:^|[.!?\n])\s*(?:now\s+|next\s+)?(?:let|given|assume|suppose|consider|fix|sei(?:en)?|gegeben)\b[^.!?]*"
    r"\b(?:with|such that|satisf(?:y|ies|ying)|so that|solutions? (?:of|to)|mit|Lösung von|Nullstelle von)\s+(?:\x02\s*(?:,|and|, and|und)?\s*)*\Z",
    re.IGNORECASE,
)
# What is said goes with a name for as long as this is meant: "let $u$ with $u^T u = 1$".
GOES_WITH = re.compile(
    r"\b(?:let|with|where|given|assum\w+|suppose|constraint|subject to|such that|satisf\w+|"
    r"sei(?:en)?|angenommen|mit|wobei|gegeben)\b(?:(?!\b(?:show|prove|claim|verify|check|whether|not|"
    r"never|wrong|false|zeig\w*|beweis\w*|nicht|falsch)\b)[^.!?])*$",
    re.IGNORECASE,
)

# A formula of the running text claims something for all values: after it, and before it.
FOR_ALL_AFTER = re.compile(
    r"\x03?[\s,(]*(?:(?:holds|is (?:true|valid)|which holds)\s+)?(?:for\s+(?:all|any|every|each|arbitrary)\b|always\b|"
    r"für (?:alle|jedes|beliebige)\b)",
    re.IGNORECASE,
)
# It says a value for some: "$x_i = 1$ for heads".
FOR_SOME_AFTER = re.compile(
    r"\x03?[\s,(]*(?:(?:if|when|whenever|or|falls|wenn|oder)\b"
    r"|(?:for|für|on|in case)\s+(?!all\b|any\b|every\b|each\b|alle\b|jede))",
    re.IGNORECASE,
)
FOR_ALL_BEFORE = re.compile(
    r"\b(?:for (?:all|any|every|each|arbitrary)|für (?:alle|jedes|beliebige))\b[^.!?:]*\b"
    r"(?:have|has|holds?|is|get|that|gilt|know|see|then)\b[^.!?\x02]*$",
    re.IGNORECASE,
)
# "For the squared loss $L = ..$": the words are about the name; "for the case $x = 3$" says no such thing.
APPOSITION = re.compile(
    r"\bfor\s+(?:the|an?|our|this)\s+(?:(?!case|values?|points?|choice|class|moment|time)[\w-]+\s+){1,4}\x02?\Z", re.IGNORECASE
)
# It is not claimed but asked for.
ASKED_FOR = re.compile(
    r"\b(?:assum\w+|suppose|let|where|with|such that|if|when|require\w*|satisfy\w*|given|unless|show|prove|"
    r"whether|not|never|sei|wenn|define[sd]?|call\w*|means?|"
    r"seien|angenommen|setzen|falls|zeige\w*|beweise\w*|ob|nicht|nie|gegeben)\b[^.!?]*$",
    re.IGNORECASE,
)
SOLVES = re.compile(
    r"(?:满足|\b(?:solv\w+|satisf\w+|such that|assum\w+|suppose|given|constraint|subject to|condition|"
    r"start(?:ing)? (?:from|with)|equation|from|requir\w+|know\w*|recall\w*)\b)[^.!?\x03]*$",
    re.IGNORECASE,
)

# Before an equation that holds for some values only: it is to be solved, or a constraint.
EQUATION = re.compile(
    r"\b(?:set|setting|solv\w+|equations?|zero|vanish\w*|consider|constraints?|subject to|satisf\w+|"
    r"conditions?|roots?|optim\w+|stationary|minimi\w+|maximi\w+|critical|extrem\w+|circle|ellipse|line|plane|"
    r"curve|sphere|surface|suppose|assum\w+|given|whenever|when|if|require\w*|want|must|Gleichung\w*|Null\w*)\b"
    r"[^.!?]*$",
    re.IGNORECASE,
)

# A derivative is set to zero, and what follows is solved from that.
SET_TO_ZERO = re.compile(
    r"(?:\b(?:set|sets|setting|equat\w+|put|putting|mak\w+|requir\w+|solv\w+|where|when)\b[^!?]*?(?:\bzero\b|\b0\b)"
    r"|\bvanish\w*|\bstationar\w+|\bcritical point|\b(?:first[- ]order|optimality) condition|\bsolving\b[^.!?]*\bfor\b"
    r"|\b(?:maximi[sz]er|minimi[sz]er|optimum|optimal)\b"
    r"|\bNullsetzen\b|\b(?:gleich|zu) (?:null|0)\b|令[^。]*(?:零|0))[^!?]*$",
    re.IGNORECASE,
)

# It holds at the point that is named: "at $x = 3$ we get".
AT_A_POINT = re.compile(
    r"\b(?:at|with|for|plug\w*|evaluat\w+|insert\w*|substitut\w+|set|setting|bei|mit)\b[^.!?]*"
    r"\x02(?![^\x02\x03=]*(?:\\partial|\\d?frac|\\nabla|'))[^\x02\x03=]{1,16}=[^\x02\x03]{1,80}\x03[^.!?]*$",
    re.IGNORECASE,
)

AT_VALUES = re.compile(r"\b(?:at|bei)\s+\x02[^\x02\x03]*=[^\x02\x03]*\x03[^.!?]*$", re.IGNORECASE)

# Sums over repeated indices are not written.
EINSTEIN = re.compile(
    r"\bEinstein(?:'s|sche[nr]?)?\s+(?:summ?\w*|notation|convention|index)|\bsummation convention|\bSummenkonvention|"
    r"\brepeated (?:index|indices|subscripts?)\b|爱因斯坦求和",
    re.IGNORECASE,
)

# --- cases ----------------------------------------------------------------------------------------
INDEX = r"(?:[a-zA-Z]|\\ell)"
CASE = re.compile(
    r"(?:\b(?:for|if|when|case|where|suppose|assum\w+|wenn|falls|für|fall|let|sei(?:en)?|gelte|setzen|now|first|second|diagonal)\b"
    r"[^.\x02]{0,24}?|\(\s*|\bcase\s*\w+\s*[:.]\s*|^\W*|当|若|如果)"
    r"(?P<formula>[\x02(]?\s*(?P<left>" + INDEX + r")\s*(?P<op>=|≠|\\neq?(?![a-z])|\\not\s*=|!=)\s*"
    r"(?P<right>" + INDEX + r")\s*(?=[\x03),.:;\n]|\\(?:q?quad|text|[,;])|[^\W\d_]{2}|$))",  # not x = t + 1
    re.IGNORECASE | re.MULTILINE,
)
LETS_CASE = re.compile(r"\b(?:let|suppose|assum\w+|sei(?:en)?|gelte)\b", re.IGNORECASE)
# for different j and k
DIFFERENT = re.compile(
    r"\b(?:different|distinct|verschiedene[nr]?)\s+\x02\s*(?P<left>" + INDEX + r")\s*\x03\s*(?:,|and|und)\s*\x02\s*(?P<right>" + INDEX + r")\s*\x03"
    r"|\b(?:different|distinct|verschiedene[nr]?)\s+\x02\s*(?P<one>" + INDEX + r")\s*,\s*(?P<other>" + INDEX + r")\s*\x03",
    re.IGNORECASE,
)
# After a case: what is claimed of it in the same sentence, so that it is meant for nothing else.
CLAIMED_OF_IT = re.compile(r"\x03?\)?[^\x02.;]{0,40}\x02[^\x02\x03]*=[^\x02\x03]*\x03")
# .. what is let be something there, for all that follows: "for $T > 0$ let $p_k = e^{z_k/T}$"
LETS_UNDER_IT = re.compile(r"\x03?\)?(?:[^.!?;=]{0,60}\s|\s*)(?:let|define|denote|write|sei(?:en)?|definieren?|setzen?)\s[^.!?]*\x02(?P<what>[^\x02\x03=]*)=", re.IGNORECASE)
# Several cases of one sentence, "for $x > 0$, $f = 1$; for $x < 0$, $f = 0$", each with its own claim.
OTHER_CASE = re.compile(r"\b(?:for|if|when|falls|wenn|für)\s+\x02[^\x02\x03]*[<>≤≥][^\x02\x03]*\x03", re.IGNORECASE)
SPENT = re.compile(r"\x02[^\x02\x03]*[=<>≤≥][^\x02\x03]*\x03[^\x02]*[.!?]\s*\Z")
CLAUSE_ENDS = re.compile(r"[.!?](?=\s|\Z)|;|\n\s*\n|\n\s*(?:[-*+]|\d{1,2}[.)])\s")
# What an item of a list is about: "- for $f(x) = x^2$ we have", "* $f(x) = x^3$: .."
OF_AN_ITEM = re.compile(r"(?:\A|\n)\s*(?:[-*+]|\d{1,2}[.)]|\\item(?:\[[^\]\n]{0,20}\])?)\s*(?:for|with|if|für|bei)?\s*\x02?\Z", re.IGNORECASE)
# The label of an item in a list, before "$x > 0$: .."
ITEM = re.compile(r"(?:\A|\n)\s*(?:[-*+]|\d{1,2}[.)]|\\item(?:\[[^\]\n]{0,20}\])?)\s*\Z")
IN_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)]|\\item\b)\s")
ITEM_ENDS = re.compile(r"\n\s*(?:[-*+]|\d{1,2}[.)]|\\item|\\end)\b|\n\s*(?:[-*+]|\d{1,2}[.)])\s|\n\s*\n")
# Before an inequality: it is a case, not something that holds from here on.
ONE_CASE = re.compile(
    r"(?:\b(?:for|if|when|whenever|case|falls|wenn|für|fall|solange|as long as|provided(?: that)?)\b[^.!?\x03]*"
    r"|(?-i:(?:\A|[.!?]\s+|\n\s*)(?:Ist|Sind|Gilt))\s+[^.!?\x03]*|\(\s*)\Z",
    re.IGNORECASE,
)
# "for $x > 0$ and": the list of conditions in which one stands
LISTED_BEFORE = re.compile(r"(?:\x02\s*(?:,\s*(?:and|und)?|and|und)\s*)+\x02?\Z")
# x, y > 0
LISTED_SIZE = re.compile(
    r"\s*(?P<names>(?:\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*,\s*)*\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*"
    r"(?P<op>[<>≤≥≠]|\\(?:leq?|geq?|neq?|gt|lt)(?![A-Za-z]))\s*(?P<value>-?\d+(?:\.\d+)?)\s*[.,;]?\s*"
)
# σ is a standard deviation, and no function
DEVIATION = re.compile(
    r"\b(?:variances?|standard deviations?|Varianz\w*|Standardabweichung\w*|noise level)\s+(?:of\s+|is\s+|ist\s+)?\$?\\sigma(?![A-Za-z(])"
    r"|\\(?:mathcal|operatorname|mathrm)\s*\{?\s*N\s*\}?\s*(?:\\left)?\([^$)]{0,40}\\sigma\s*\^",
    re.IGNORECASE,
)
SIGMOID = re.compile(r"\b(?:sigmoid|logisti|activation|Aktivierung)|\\sigma\s*(?:\\left)?\(\s*-?\s*(?:[a-z]\s*(?:\\right)?\)|\\|[a-z]\s*x)", re.IGNORECASE)
# \lambda_1, \dots, \lambda_K in such a list
ALL_MEMBERS = re.compile(
    r"(?P<name>\\?[A-Za-z]+)_\{?[01]\}?\s*,\s*(?:(?P=name)_\{?[12]\}?\s*,\s*)?(?:\\[a-z]*dots[a-z]*|\.\.\.|…)\s*,?\s*"
    r"(?P=name)_\{?(?P<upper>[A-Za-z]|\d+)\}?(?=\s*[,<>≤≥\\])"
)
# It is assumed no longer.
DROPPED = re.compile(
    r"(?:\b(?:no longer|not any ?more|nicht mehr|nicht länger)\s+(?:assum\w+|requir\w+|voraus\w*|an)\b[^.;\x02]{0,30}"
    r"|\bdrop\w*\s+(?:the|this|our)\s+(?:assumptions?|conditions?|restrictions?|requirements?)\s*(?:that|on|of|for)?\s*)"
    r"\x02(?P<formula>[^\x02\x03]{1,60})\x03"
    r"|\x02(?P<anything>[^\x02\x03]{1,60})\x03\s*,?\s*(?:(?:may|can|kann|darf|können|dürfen)\s+(?:now\s+|nun\s+)?|(?=needs?\s+not\b|muss\s+nicht\b|müssen\s+nicht\b))"
    r"(?:needs? not|muss nicht|müssen nicht|have (?:any|either|both)|be any|be arbitrary|take any|be negative|jede[ns]?|beliebig)"
    r"|(?:\b(?:back to|restoring|for|return(?:ing)? to|zurück zu)\s+(?:the\s+)?(?:general|arbitrary|any|allgemeine\w*)\s+|\brestoring\s+|\bnow\s+for\s+(?:any|all|every)\s+)\x02(?P<again>[^\x02\x03]{1,60})\x03"
    r"|\x02(?P<general>[^\x02\x03]{1,60})\x03\s*,?\s*(?:is|are|be|sei(?:en)?|ist|sind)\s+(?:now\s+|here\s+|aber\s+|hier\s+|nun\s+)?(?:an?\s+|ein\w*\s+)?(?:any|general|arbitrary|beliebig\w*|allgemein\w*)\b",
    re.IGNORECASE,
)
SUPPOSED = re.compile(r"\b(?:assum\w+|suppos\w+|angenommen|Annahme)\b[^.\x02]{0,60}\x02([^\x02\x03]{1,60})\x03", re.IGNORECASE)
WITHDRAWN = re.compile(
    r"\b(?:without (?:this|that) (?:assumption|condition|restriction|supposition)|this is (?:impossible|absurd|a contradiction)|"
    r"contradict(?:ion|ing|s)\b[^.]{0,40}|ohne diese (?:Annahme|Voraussetzung|Bedingung)|Widerspruch)\b",
    re.IGNORECASE,
)
IN_THIS_SECTION = re.compile(
    r"\b(?:this|the present|diese[mrs]?) (?:sub)?(?:section|chapter|paragraph|part|Abschnitt\w*|Kapitel\w*|Absatz\w*)\b", re.IGNORECASE
)
# It is said of what comes further on.
LATER = re.compile(r"\b(?:next|following|later|last|nächsten|folgenden) (?:sub)?(?:section|chapter|part|Abschnitt|Kapitel|Teil)s?\b", re.IGNORECASE)
# It is said of one case only: "if y is one-hot, then".
ONLY_IF = re.compile(r"\b(?:if|when|whenever|unless|wenn|falls)\b[^.!?]*\Z", re.IGNORECASE)
# The display is meant for some values only: "for $x > 0$ we have".
IN_A_CASE = re.compile(
    r"\b(?:for|if|when|whenever|case|falls|wenn|für|fall|sei(?:en)?)\b[^.!?:\x02\x03]*"
    r"\x02[^\x02\x03]*(?:[<>=≠≤≥]|\\(?:leq?|geq?|neq?|lt|gt)(?![A-Za-z]))[^\x02\x03]*\x03[^.!?]*$",
    re.IGNORECASE,
)
# A sentence begins that says of what kind a name is for what it claims: "For symmetric $A$ we have".
FOR_SUCH = re.compile(r"(?:\A|[.!?]\s+|\n\s*)(?:But\s+|Now\s+|Aber\s+|Nun\s+)?(?:For|Für|If|When|Wenn|Falls)\s[^.!?,;:]*\Z")
SENTENCE_ENDS = re.compile(r"[.!?]\s+\S|[.!?]\s*\n\s*\n|\n\s*\n\s*\w")
NO_CASE = re.compile(r"\bis\s+(?:\x02)?[01]\b|[01]\s*(?:\x03)?\s*$|δ|\\delta", re.IGNORECASE)  # before
ELSE = re.compile(r"\b(?:otherwise|else|sonst|andernfalls)\b", re.IGNORECASE)  # after
# "Case 1: $a > 0$. Then": a label, whose sentence ends before the case does.
CASE_LABEL = re.compile(r"\b(?:case|fall)\s*(?:\(?(?:\d+|[ivx]+|[a-z])\)?)?\W*\Z", re.IGNORECASE)
# Where one of several cases begins, and the one before is over.
CASE_BEGINS = re.compile(
    r"(?:(?<=[.!?:])\s|\A|\n)[^\w\n$\x02]*(?:\\\w+\{\W*)?(?:case|fall)\s*~?\(?(?:\d+|[ivx]+|[a-e])\)?(?=\W)"
    r"|\b(?:in|for) the (?:first|second|third|fourth|last|other|latter|former|remaining|next) (?:case|(?=[,\x02]))"
    r"|\b(?:im|für den) (?:ersten|zweiten|dritten|letzten|anderen) Fall\b"
    r"|\b(?:now|next|first|finally|secondly),?\s+(?:suppose|assume)\b|\b(?:suppose|assume)\s+(?:now|next|first|instead|finally|secondly)\b"
    r"|\b(?:base case|induct(?:ion|ive) step|Induktions(?:anfang|schritt))\b"
    r"|(?:(?<=[.!?])\s|\A|\n)\s*(?:Otherwise|Else|Conversely|Andernfalls|Sonst|Umgekehrt)\b",
    re.IGNORECASE,
)
# .. and a value follows of which it is the case
OF_A_CASE = re.compile(r"[\s\W]*(?:(?:(?:we\s+)?(?:let|suppose|assume|set|choose|take)|wlog|sei(?:en)?|gelte|angenommen|wir\s+(?:setzen|wählen))\W*(?:(?:that|dass)\W*)?)?", re.IGNORECASE)
# A sentence that says what it says under a condition; one that supposes it for what follows.
UNDER_A_CONDITION = re.compile(r"\s*(?:(?:But|Now|And|Then|Aber|Nun),?\s+)?(?:For|Für|If|When|Whenever|Wenn|Falls)\s+(?!(?:you|we|one|wir|man)\b)", re.IGNORECASE)
SUPPOSES = re.compile(r"\s*(?:(?:But|Now|Next|First),?\s+)?(?:Suppose|Assume|Angenommen)\b", re.IGNORECASE)
CASES_END = re.compile(
    r"\b(?:combin\w+|together|in both cases|in summary|summari\w+|putting|altogether|overall|"
    r"either case|all cases|without|in general|unif\w+|zusammen\w*|insgesamt|"
    r"in (?:beiden|allen|jedem) F[aä]ll\w*|(?:im )?allgemein\w*)\b|综上|合并"
    r"|(?:\A|[.!?]\s+|\n)\s*(?:For|Für)\s+(?:all|every|any|each|alle|jede\w*)\s+(?:real\s+|reelle\w*\s+)?(?:\w+\s+)?"
    r"\x02[^\x02\x03<>=≤≥\\]{1,12}(?:\\in[^\x02\x03]*)?\x03",
    re.IGNORECASE,
)

# The display goes on with a chain further up, not with the last one.
GOES_BACK = re.compile(
    r"\b(?:back|original|main|first|earlier|previous|above|return\w*|overall|full|initial|"
    r"into|substitut\w*|plug\w*)\b",
    re.IGNORECASE,
)
# The text speaks of chance; it says that variables are independent.
CHANCE = re.compile(
    r"\b(?:expect(?:ed|ation)|variance|covariance|random|probabilit|Erwartungswert|Zufall|Varianz|E\s?\[)|期望|方差",
    re.IGNORECASE,
)
# Not "linearly independent", "the independent variable", "a term independent of $w$".
_NOT_SO = r"(?<!not )(?<!n't )(?<!necessarily )(?<!nicht )(?<!linearly )(?<!linear )"
INDEPENDENT = re.compile(
    r"\bi\.?\s?i\.?\s?d\b|独立|" + _NOT_SO + r"\b(?:independent(?!\s+of\s+(?!\$?(?-i:[A-Z])))(?!\s+variable\b)"
    r"(?<!the independent(?=\s+variables))|independently|(?:by|under|from|using)\s+(?:\w+\s+)?independence|unabhängig(?!\s+von\s+(?!\$?(?-i:[A-Z]))))",
    re.IGNORECASE,
)
IDENTICAL = re.compile(r"\bi\.?\s?i\.?\s?d\b|\bidentically\b|\bsame distribution\b|\bidentisch\b", re.IGNORECASE)
UNCORRELATED = re.compile(_NOT_SO + r"\b(?:uncorrelated|unkorreliert)", re.IGNORECASE)
# They are denied to be so: "not independent", "correlated"; "b is dependent on a" says no such thing.
DEPENDENT = re.compile(
    r"\b(?:(?:not|n't|nicht)\s+(?:\w+\s+)?(?:independent|unabhängig|uncorrelated|unkorreliert)|dependent(?!\s+(?:on|variable))|"
    r"without\s+(?:assuming\s+)?independence|(?<!un)correlated|abhängig(?!\s+von))\b",
    re.IGNORECASE,
)
# X_1, .., X_n with their mean and variance in words; \x02 and \x03 stand around a formula
_MEMBERS = r"\x02\s*(?P<x>(?-i:[A-Z])|\\varepsilon|\\epsilon|\\xi)_[^\x02\x03]*\x03"
_SAME_SENTENCE = r"(?:(?![.!?]\s+(?-i:[A-Z]))[^!?\x02]){0,120}?"
_VALUE_OF = r"\s+(?:of\s+)?(?:\x02(?P<{0}>[^\x02\x03=]{{1,30}})\x03|(?P<{0}0>zero|0|null)\b)"
MOMENTS_OF_MEMBERS = re.compile(
    _MEMBERS + _SAME_SENTENCE + r"\b(?:means?|expectations?|expected values?|Erwartungswert(?:en?)?|Mittelwert)"
    + _VALUE_OF.format("mean")
    + r"(?:" + _SAME_SENTENCE + r"\b(?:variances?|Varianz(?:en)?)" + _VALUE_OF.format("variance")
    + r"|" + _SAME_SENTENCE + r"\b(?:standard deviations?|Standardabweichung(?:en)?)" + _VALUE_OF.format("deviation") + r")?",
    re.IGNORECASE,
)
VARIANCE_FIRST = re.compile(
    _MEMBERS + _SAME_SENTENCE + r"\bvariances?" + _VALUE_OF.format("variance")
    + _SAME_SENTENCE + r"\b(?:means?|expectations?|expected values?)" + _VALUE_OF.format("mean"),
    re.IGNORECASE,
)
# X and Y with means \mu and \nu and variances ..
_FORMULAS = r"\x02[^\x02\x03=]{1,40}\x03(?:\s*(?:,|and|und)\s*\x02[^\x02\x03=]{1,40}\x03)*"
MOMENTS_OF_NAMES = re.compile(
    r"(?P<names>\x02\s*(?-i:[A-Z])(?:\s*,\s*(?-i:[A-Z]))*\s*\x03(?:\s*(?:,|and|und)\s*\x02\s*(?-i:[A-Z])\s*\x03)*)[^.\x02]{0,80}?"
    r"\b(?:means?|expectations?|expected values?|Erwartungswert(?:en)?)\s+(?:of\s+)?(?P<means>" + _FORMULAS + r"|zero|0|null)"
    r"(?:[^.\x02]{0,30}?\b(?:variances?|Varianz(?:en)?)\s+(?:of\s+)?(?P<variances>" + _FORMULAS + r"|one|1|eins))?",
    re.IGNORECASE,
)
# X_i \sim \mathcal{N}(\mu, \sigma^2)
DRAWN = re.compile(
    r"(?P<x>(?-i:[A-Z])|\\varepsilon|\\epsilon|\\xi)(?P<low>_[^\\~]*(?:\\[a-z]*dots[^\\~]*)?)?\s*(?:\\(?:overset|stackrel)\{[^~]{0,40}?\}\s*\{?\s*)?"
    r"\\sim\s*\}?\s*(?:\\(?:mathcal|text|mathrm|operatorname)\s*\{?\s*)?(?P<law>N|Bernoulli|Ber|Poisson|Poi|Pois|Exp)\s*\}?\s*"
    r"(?:\\left)?\((?P<parameters>.*?)(?:\\right)?\)\s*[.,;]?\s*\Z",
    re.DOTALL,
)
NUMBER_WORDS: Mapping[str, int] = {"zero": 0, "null": 0, "one": 1, "eins": 1}
# mean and variance by the parameters
LAWS: Mapping[str, tuple[str, str]] = {
    "N": ("{0}", "{1}"),
    "Bernoulli": ("{0}", "({0}) (1 - ({0}))"), "Ber": ("{0}", "({0}) (1 - ({0}))"),
    "Poisson": ("{0}", "{0}"), "Poi": ("{0}", "{0}"), "Pois": ("{0}", "{0}"),
    "Exp": ("\\frac{{1}}{{{0}}}", "\\frac{{1}}{{({0})^2}}"),
}
# The text speaks of layers; letters that stand high for their numbers: z^l_j, a_k^{l-1}.
LAYERS = re.compile(r"\blayers?\b|\bSchicht(?:en)?\b", re.IGNORECASE)
NUMBER_OF_A_LAYER = re.compile(
    r"(?:[a-zA-Z}]|\\(?:delta|sigma|theta|beta)|_\{?[a-z]{1,2}\}?)\^(?:\{\s*)?(?P<letter>l|L|\\ell)(?![A-Za-z])(?!\s*[^\s\d}+\-_=&\\$,.;:()'])"
)
# .. in all of the text
BASE_TWO = re.compile(
    r"\b(?:binary logarithms?|binäre[rn]? Logarithm\w+)\b|(?:\blog(?:arithm\w*|s)?\b|\\l(?:og|g)\b)[^.\n]{0,40}\b(?:base|Basis)\s*\$?(?:2|two|zwei)\b",
    re.IGNORECASE,
)
IN_BITS = re.compile(r"\bin bits\b", re.IGNORECASE)
WRITTEN_BASE = re.compile(r"\\log_|\\ld(?![a-z])|\\ln(?![a-z])")  # then a logarithm without one is natural
BITS = re.compile(r"\bbits?\b|\bbase[- ]?(?:2|two)\b|\\log_2|\\log_\{2\}", re.IGNORECASE)

CROSS_PRODUCT = re.compile(r"\b(?:(?:cross|vector)[- ]products?|(?:Kreuz|Vektor)produkt\w*)\b", re.IGNORECASE)

# --- sections ---------------------------------------------------------------------------------------
SECTION = re.compile(
    r"^[ \t]*(?:(?P<marks>#{1,6})[ \t]+(?P<md>[^\n]*)|\\(?P<command>chapter|section|subsection|subsubsection|part)\*?\{(?P<tex>[^\n}]*)|"
    r"\\begin\{(?P<env>exercise|problem|question|example|task)\w*\}|"
    r"\*{0,2}(?P<word>(?:Part|Exercise|Problem|Task|Question|Aufgabe|Section|Chapter|Example|Beispiel)\s+[\w.]{1,5})\*{0,2}[:.]?[^\n=$]{0,60}$|"
    # "**Exercise 4.** The entropy": in bold face it needs no line of its own, nor before a paragraph
    r"(?:(?:\A|(?<=\n\n))(?P<label>(?:Exercise|Problem|Task|Question|Aufgabe)\s+[\w.]{0,4}\w)[.:)]\s)|"
    r"(?:\*\*|__|(?:\\noindent\s*)?\\(?:textbf|paragraph)\*?\{)(?P<bold>(?:Part|Exercise|Problem|Task|Question|Aufgabe)\s+[\w.]{1,5})\b[^\n*_}$]{0,40}(?:\*\*|__|\})|"
    r"\d{1,2}\.[ \t]+(?P<number>[A-Z][^\n.=$\x02]{2,60})$)",
    re.MULTILINE,
)
SAME_SECTION = re.compile(r"\b(?:solution|proof|answer|hint|step|lösung|beweis|remark|note)\b|^\W*\(?[ivx]+\)", re.IGNORECASE)

HEADING = re.compile(
    r"^[ \t]*#{1,6}[ \t][^\n]*$|\\(?:chapter|(?:sub)*section|(?:sub)?paragraph)\*?\{[^\n}]*\}", re.MULTILINE
)
# The level of a heading: one of a lower or the same number ends it.
LEVELS: Mapping[str, int] = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5}
LOWEST = 7  # of an exercise, and of a heading that is only words
# What is said under these headings is said for all that follows.
FOR_ALL_SECTIONS = re.compile(
    r"\b(?:notations?|set-?up|setting|preliminar\w+|conventions?|assumptions?|introduction|background|"
    r"definitions?|basics|model|voraussetzung\w*|bezeichnung\w*|notation\w*|einleitung)\b",
    re.IGNORECASE,
)
# So is a sentence with these words.
THROUGHOUT = re.compile(
    r"\b(?:throughout|always|everywhere|from now on|from here on|henceforth|hereafter|"
    r"in (?:the following|what follows|all that follows|(?:this|these) (?:notes?|document|paper|text|exercises?))|"
    r"durchweg|stets|im folgenden|von nun an)\b",
    re.IGNORECASE,
)
# A paragraph begins that does not go on with what was said before.
_CONTINUES = r"Hence|Thus|So|Then|Therefore|Consequently|It follows|This|These|Again|In this case|Here|Where|With this|Daher|Somit|Also|Dann|Dabei"
NEW_PARAGRAPH = re.compile(
    rf"(?:\n[ \t]*\n\s*(?![*_(\x02]*[A-Z]\w+ing\b)|\n[ \t]*(?=(?:[-*+]|\d{{1,2}}[.)])[ \t]))(?:(?:[-*+]|\d{{1,2}}[.)])[ \t]+)?[*_(\x02]*"
    rf"(?!(?:{_CONTINUES})\b)(?=[A-ZÄÖÜ])"
)

# What is assumed in a proof is not assumed before it.
PROOF = re.compile(r"(?:^|[.!?]\s+)\W*(?:Proof|Beweis)\b|\\begin\{proof\}", re.MULTILINE)

# What the text itself calls wrong.
SAID_FALSE = re.compile(
    r"\b(?:(?:it|this|following|es|dies|folgende\w*)\s+(?:is|ist)\s+(?:not|nicht)\s+(?:true|correct|right|richtig|wahr)|not (?:true|correct) that|does not hold that|"
    r"(?:common|typical|frequent|usual|popular) (?:mistakes?|errors?|slips?)|(?:it is|would be) (?:wrong|false|incorrect|a mistake) to|"
    r"one must not (?:write|conclude)|nor (?:do we have|is it true that|does)|find (?:the|my|his|her) (?:error|mistake)|(?:this|that|it|das|dies) (?:is|would be|ist|wäre) (?:wrong|false|incorrect|falsch)(?=\s*:)|gilt (?:das|dies) nicht(?: mehr)?(?=\s*:)|(?:häufiger|typischer) Fehler|es (?:ist|wäre) falsch|gilt nicht)\b[^.!?]*\Z",
    re.IGNORECASE,
)
SAID_FALSE_AFTER = re.compile(
    r"[\x03\s$\])},.]*(?:\\end\{\w+\*?\}[\s$]*)?(?:(?:which|this|that|das|dies)\s+)?(?:is|are|would be|ist)\s+(?:(?:in general|im Allgemeinen|also|however|again|of course|therefore|aber|auch|ebenfalls|jedoch)\s+)?"
    r"(?:wrong|false|incorrect|not true|not correct|not right|a mistake|falsch|nicht richtig|nicht wahr)\b"
    r"|[\x03\s$\])},.]*(?:das|dies)\s+stimmt\s+(?:so\s+|aber\s+|jedoch\s+)?nicht\b",
    re.IGNORECASE,
)
# fmt: on
