"""Notation: tables of what people write, without algorithms.

Every table may be read and extended without reading the parser.  The functions themselves are not
here: their notations stand in the vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping

# Tables, aligned by hand:
# fmt: off

# --- spelling ----------------------------------------------------------------------------------

SPACES = frozenset(
    (
        r"\,", r"\;", r"\:", r"\!", r"\>", r"\/", r"\quad", r"\qquad", r"\enspace", r"\enskip",
        r"\thinspace", r"\medspace", r"\thickspace", r"\space", r"\displaystyle", r"\textstyle",
        r"\scriptstyle", r"\scriptscriptstyle", r"\limits", r"\nolimits", r"\big", r"\Big",
        r"\bigg", r"\Bigg", r"\bigm", r"\Bigm", r"\nonumber", r"\notag", r"\allowbreak",
        r"\nobreak", r"\noindent", r"\hfill", r"\mathstrut", r"\strut", r"\mathop", r"\mathrel",
        r"\mathbin", r"\mathord", r"\mathopen", r"\mathclose", r"\rm", r"\bf", r"\it", r"\cal",
        r"\centering", r"\par", r"\relax", r"\smallskip", r"\medskip", r"\bigskip",
    )
) | {"\\ ", "\\\n", "\\\t"}

IMAGINARY = "i"  # as a number and not as an index it is mostly the imaginary unit

ALIASES: Mapping[str, str] = {
    r"\leq": r"\le",
    r"\leqslant": r"\le",
    r"\geq": r"\ge",
    r"\geqslant": r"\ge",
    r"\neq": r"\ne",
    r"\lt": "<",
    r"\gt": ">",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\cfrac": r"\frac",
    r"\dbinom": r"\binom",
    r"\tbinom": r"\binom",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\lbrack": "[",
    r"\rbrack": "]",
    r"\lparen": "(",
    r"\rparen": ")",
    r"\vert": "|",
    r"\Vert": r"\|",
    r"\mvert": r"\mid",
    r"\given": r"\mid",
    r"\ast": "*",
    r"\cdotp": r"\cdot",
    r"\bullet": r"\cdot",
    r"\colon": ":",
    r"\ldotp": ".",
    r"\widehat": r"\hat",
    r"\overline": r"\bar",
    r"\widetilde": r"\tilde",
    r"\intercal": r"\top",
    r"\transpose": r"\top",
    r"\trans": r"\top",
    r"\land": r"\wedge",
    r"\and": r"\wedge",
    r"\dotsc": r"\dots",
    r"\dotsb": r"\dots",
    r"\dotsm": r"\dots",
    r"\ldots": r"\dots",
    r"\cdots": r"\dots",
    r"\dotso": r"\dots",
    r"\hdots": r"\dots",
    r"\newline": r"\\",
    r"\cr": r"\\",
    r"\tabularnewline": r"\\",
    r"\implies": r"\Rightarrow",
    r"\Longrightarrow": r"\Rightarrow",
    r"\iff": r"\Leftrightarrow",
    r"\Longleftrightarrow": r"\Leftrightarrow",
    r"\to": r"\rightarrow",
    r"\longrightarrow": r"\rightarrow",
    r"\gets": r"\leftarrow",
    r"\coloneqq": r"\coloneq",
    r"\triangleq": r"\equiv",
    r"\overset{def}{=}": r"\equiv",
    r"\doteq": r"\equiv",
    r"\sp": "^",
    r"\sb": "_",
    r"\prime": "'",
    r"\operatornamewithlimits": r"\operatorname",
    r"\dagger": "*",
    r"\star": "*",

}

UNICODE: Mapping[str, str] = {
    "−": "-", "–": "-", "—": "-", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "•": r"\cdot",
    "×": r"\times", "÷": r"\div", "∗": "*", "⁎": "*", "∕": "/", "⁄": "/", "⊙": r"\odot",
    "∘": r"\circ", "⊗": r"\otimes", "≤": r"\le", "≥": r"\ge", "⩽": r"\le", "⩾": r"\ge",
    "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∝": r"\propto", "∼": r"\sim", "≔": r"\coloneq",
    "≜": r"\equiv", "∈": r"\in", "→": r"\rightarrow", "⟶": r"\rightarrow", "←": r"\leftarrow",
    "⇒": r"\Rightarrow", "⟹": r"\Rightarrow", "⇔": r"\Leftrightarrow", "∧": r"\wedge",
    "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "∏": r"\prod", "√": "√", "∫": r"\int",
    "∞": r"\infty", "…": r"\dots", "⋯": r"\dots", "⋮": r"\vdots", "′": "'", "’": "'", "″": "' '",
    "ℓ": r"\ell", "ℝ": r"\mathbb { R }", "𝔼": r"\mathbb { E }", "𝟙": r"\mathbb { 1 }",
    "𝟏": r"\mathbb { 1 }", "ℒ": r"\mathcal { L }", "‖": r"\|", "∥": r"\|", "∣": r"\mid",
    "❘": r"\mid", "⟨": r"\langle", "⟩": r"\rangle", "⊤": r"\top", "½": r"\frac 1 2",
    "¼": r"\frac 1 4", "¾": r"\frac 3 4", "⅓": r"\frac 1 3", "Σ": "Σ", "Π": "Π", "ϵ": r"\epsilon",
    "ϕ": r"\phi", "ϑ": r"\vartheta", "ϱ": r"\varrho", "α": r"\alpha", "β": r"\beta",
    "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "ζ": r"\zeta", "η": r"\eta",
    "θ": r"\theta", "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "µ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau",
    "υ": r"\upsilon", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "ς": r"\varsigma", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda",
    "Ξ": r"\Xi", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
}

ASCII: Mapping[str, str] = {  # pairs of characters, as typed where LaTeX is not at hand
    "<=": r"\le", ">=": r"\ge", "==": "=", "->": r"\rightarrow", "=>": r"\Rightarrow", "**": "^",
}

COMBINING: Mapping[str, str] = {
    "\u0302": r"\hat", "\u0304": r"\bar", "\u0305": r"\bar", "\u0303": r"\tilde",
    "\u0307": r"\dot", "\u0308": r"\ddot", "\u20d7": r"\vec", "\u20d1": r"\vec",
}

# a character set high or low -> the mark it stands for, the plain character
SCRIPT_CHARACTERS: Mapping[str, tuple[str, str]] = {
    **{c: ("^", p) for c, p in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱʲᵏⁿˣ", "0123456789+-()ijknx", strict=True)},
    **{
        c: ("_", p)
        for c, p in zip(
            "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₚᵣₛₜᵤᵥₓₐₑₒ", "0123456789+-=()ijklmnprstuvxaeo", strict=True
        )
    },
    "ᵀ": ("^", r"\top"),
}

# --- letters -----------------------------------------------------------------------------------

GREEK = frozenset(
    (
        r"\alpha", r"\beta", r"\gamma", r"\delta", r"\epsilon", r"\varepsilon", r"\zeta", r"\eta",
        r"\theta", r"\vartheta", r"\iota", r"\kappa", r"\lambda", r"\mu", r"\nu", r"\xi", r"\pi",
        r"\rho", r"\varrho", r"\sigma", r"\varsigma", r"\tau", r"\upsilon", r"\phi", r"\varphi",
        r"\chi", r"\psi", r"\omega", r"\Gamma", r"\Delta", r"\Theta", r"\Lambda", r"\Xi", r"\Pi",
        r"\Sigma", r"\Upsilon", r"\Phi", r"\Psi", r"\Omega", r"\ell", r"\hbar",
    )
)

ACCENTS = frozenset(
    (r"\hat", r"\bar", r"\tilde", r"\dot", r"\ddot", r"\check", r"\breve", r"\mathring")
)

PLAIN_FONTS = frozenset(  # say "this is a vector"; dropped, the shapes say it
    (
        r"\mathbf", r"\boldsymbol", r"\bm", r"\vec", r"\pmb", r"\bold", r"\bf", r"\mathbold",
        r"\symbf", r"\symbfit", r"\mathbfit", r"\mathnormal", r"\underline", r"\mathsfit",
        r"\mathtt",
    )
)
LETTER_FONTS = frozenset((r"\mathcal", r"\mathscr", r"\mathfrak", r"\mathbb"))  # another letter
WORD_FONTS = frozenset(
    (
        r"\text", r"\mathit", r"\textit", r"\mathrm", r"\operatorname", r"\textrm", r"\textnormal",
        r"\mathsf", r"\textsf", r"\texttt", r"\textup", r"\mbox", r"\hbox", r"\textbf", r"\emph",
        r"\textsc",
    )
)

# --- operators ---------------------------------------------------------------------------------

RELATIONS: Mapping[str, str] = {
    "=": "=", r"\ne": "!=", "<": "<", r"\le": "<=", ">": ">", r"\ge": ">=",
}
UNJUDGED = frozenset(  # relations that are read and not judged
    (
        r"\approx", r"\propto", r"\sim", r"\simeq", r"\cong", r"\rightarrow", r"\leftarrow",
        r"\leftrightarrow", r"\mapsto", r"\ll", r"\gg", r"\Rightarrow", r"\Leftrightarrow",
        r"\Leftarrow", r"\therefore", r"\because", r"\lesssim", r"\gtrsim", r"\prec", r"\succ",
        r"\xrightarrow", r"\xleftarrow", r"\hookrightarrow", r"\notin", r"\subset",
        r"\subseteq", r"\perp",
    )
)
NOT_READ: Mapping[str, str] = {  # mathematics that has no terms here, and what it is called
    r"\lim": "limits", r"\limsup": "limits", r"\liminf": "limits",
    r"\int": "integrals", r"\iint": "integrals", r"\iiint": "integrals", r"\oint": "integrals",
    r"\sup": "suprema", r"\inf": "infima", r"\lfloor": "floors", r"\lceil": "ceilings",
    r"\arg": "arguments of extrema", r"\mathop": "new operators",
    r"\bigcup": "sets", r"\bigcap": "sets", r"\cup": "sets", r"\cap": "sets",
    r"\setminus": "sets", r"\subset": "sets", r"\subseteq": "sets",
    r"\exists": "quantifiers", r"\forall": "quantifiers", r"\wedge": "connectives",
    r"\vee": "connectives", r"\neg": "connectives", r"\sim": "distributions",
    r"\otimes": "tensor products", r"\oplus": "direct sums", r"\nabla": "such gradients",
    r"\Delta": "Laplacians and differences", r"\divideontimes": "special products",
}
DEFINING = frozenset((r"\coloneq", r"\equiv", ":="))

TIMES = frozenset((r"\cdot", r"\times", "*"))
NAMED_PRODUCTS: Mapping[str, str] = {
    r"\odot": "hadamard",
    r"\circ": "hadamard",
    r"\otimes": "otimes",
}
DIVISIONS = frozenset(("/", r"\div"))

BIG: Mapping[str, str] = {
    r"\sum": "sum", r"\prod": "prod", "Σ": "sum", "Π": "prod",
}
EXTREMA: Mapping[str, str] = {r"\max": "max", r"\min": "min", "max": "max", "min": "min"}

DOTS = frozenset((r"\dots", r"\vdots", r"\ddots"))

OPENING: Mapping[str, str] = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle"}
BARS: Mapping[str, tuple[str, str]] = {  # opening bar -> closing bar, the function it means
    "|": ("|", "abs"),
    r"\lvert": (r"\rvert", "abs"),
    r"\|": (r"\|", "norm"),
    r"\lVert": (r"\rVert", "norm"),
}
# an index on the bars chooses the norm
FROBENIUS = "F"  # \\|A\\|_F is the root of tr(A^T A)
NORMS: Mapping[str, str] = {"2": "norm", "1": "norm1", r"\infty": "norminf"}

QUOTES = frozenset(("\"", "'", "`", "“", "”"))  # around what is no name: I(\text{"01"})
INDICATORS = frozenset((r"\mathbb{1}", r"\mathbb{I}", r"\mathbf{1}"))

# operators LaTeX has that need not stand in the vocabulary
OPERATORS = frozenset(
    (
        r"\det", r"\arcsin", r"\arccos", r"\arctan", r"\sinh", r"\cosh", r"\coth", r"\tan",
        r"\cot", r"\sec", r"\csc", r"\lg", r"\dim", r"\ker", r"\gcd", r"\Pr", r"\deg", r"\hom",
        r"\rank", r"\tr", r"\sgn", r"\sign", r"\diag", r"\Var", r"\Cov", r"\KL", r"\erf",
        r"\softmax", r"\sigmoid", r"\relu", r"\ReLU",
    )
)
# the same, written with \operatorname or \text
OPERATOR_WORDS = frozenset((
    "vec", "diag", "Diag", "tr", "Tr", "rank", "eig", "Var", "Cov", "Corr", "argmax", "argmin",
    "cov",
    "var",
))
WORDS_OF_EXPECTATION = frozenset((
    r"\mathbb{E}", r"\mathbb{V}", "E", "Var", "Cov", "var", "cov",
))

MATRICES = frozenset(
    (
        "pmatrix", "bmatrix", "matrix", "smallmatrix", "Bmatrix", "array", "bsmallmatrix",
        "psmallmatrix",
    )
)
CASES = frozenset(("cases", "dcases", "rcases"))
WRAPPERS = frozenset(  # environments that only lay out
    (
        "align", "aligned", "alignat", "alignedat", "split", "gather", "gathered", "equation",
        "multline", "flalign", "eqnarray", "displaymath", "math", "subequations",
    )
)
CONDITION_WORDS = frozenset(
    (
        "if", "for", "when", "where", "falls", "wenn", "für", "and", "und", "with", "on", "in",
        "the", "case", "is", "all",
    )
)
REMARK_WORDS = frozenset(  # a \text of one of these is a remark, not a name
    (
        "where", "since", "because", "so", "thus", "hence", "and", "with", "let", "by", "using",
        "note", "therefore", "then", "but", "or", "if", "for", "we", "get", "have", "also", "as",
    )
)
OTHERWISE = frozenset(("otherwise", "else", "elsewhere", "sonst", "andernfalls"))

JOINTS = (  # what ends an operand or joins two; anything else begins an operand
    frozenset(RELATIONS)
    | UNJUDGED
    | TIMES
    | DIVISIONS
    | frozenset(NAMED_PRODUCTS)
    | frozenset(
        (
            ")", "]", "}", r"\}", ",", ";", ":", ".", "+", "-", "&", r"\\", "^", "_", "'", "!",
            "?", r"\mid", r"\rvert", r"\rVert", r"\right.", r"\rangle", r"\in", r"\wedge", r"\vee",
            r"\coloneq", r"\equiv", r"\pm", r"\mp", '"',
        )
    )
)

# --- reading habits ----------------------------------------------------------------------------

INDEX_LETTERS = frozenset("ijklmn")
# a subscript of letters only that is a word although its letters are index letters
SUBSCRIPT_WORDS = frozenset(("in", "min", "lin", "kin", "nn", "nll", "mlp"))
FUNCTION_LETTERS = frozenset(
    (
        *"fghFGHJLPEQRV",
        "u", "v", r"\phi", r"\psi", r"\varphi", r"\Phi", r"\Psi", r"\ell", r"\mathcal{L}",
        r"\mathcal{J}", r"\mathbb{P}", r"\mathbb{E}",
    )
)
# Among them the ones that are variables as often.
SOMETIMES_FUNCTIONS = frozenset(("u", "v", r"\phi", r"\psi", r"\varphi"))

# --- built-in macros: arity, what remains -------------------------------------------------------

LAYOUT_MACROS: Mapping[str, tuple[int, str]] = {
    r"\tag": (1, ""),
    r"\label": (1, ""),
    r"\color": (1, ""),
    r"\hspace": (1, ""),
    r"\vspace": (1, ""),
    r"\phantom": (1, ""),
    r"\vphantom": (1, ""),
    r"\hphantom": (1, ""),
    r"\textcolor": (2, "#2"),
    r"\colorbox": (2, "#2"),
    r"\boxed": (1, "{#1}"),
    r"\fbox": (1, "{#1}"),
    r"\cancel": (1, "{#1}"),
    r"\bcancel": (1, "{#1}"),
    r"\xcancel": (1, "{#1}"),
    r"\smash": (1, "#1"),
    r"\mathclap": (1, "#1"),
    r"\ensuremath": (1, "#1"),
    r"\stackrel": (2, "#2"),
    r"\overset": (2, "#2"),
    r"\underset": (2, "#2_{#1}"),
    r"\substack": (1, "#1"),
    r"\pdv": (2, r"\frac{\partial #1}{\partial #2}"),
    r"\dv": (2, r"\frac{d #1}{d #2}"),
    r"\abs": (1, r"\left| #1 \right|"),
    r"\norm": (1, r"\left\| #1 \right\|"),
    r"\qty": (1, "(#1)"),
    r"\argmax": (0, r"\operatorname{argmax}"),
    r"\argmin": (0, r"\operatorname{argmin}"),
}
BRACES = frozenset((r"\underbrace", r"\overbrace"))  # with a label below or above
