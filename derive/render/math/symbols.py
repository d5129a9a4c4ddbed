"""What LaTeX's commands look like: tables without algorithms."""

from __future__ import annotations

from collections.abc import Mapping

from derive.term.text import GREEK

# fmt: off
_RELATIONS = {
    "ne": "≠", "neq": "≠", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥",
    "geqslant": "≥", "lt": "<", "gt": ">", "ll": "≪", "gg": "≫", "approx": "≈", "equiv": "≡",
    "propto": "∝", "sim": "∼", "simeq": "≃", "cong": "≅", "in": "∈", "notin": "∉", "ni": "∋",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "perp": "⊥", "mid": "∣",
    "parallel": "∥", "to": "→", "rightarrow": "→", "longrightarrow": "⟶", "leftarrow": "←",
    "gets": "←", "leftrightarrow": "↔", "mapsto": "↦", "Rightarrow": "⇒", "implies": "⟹",
    "Longrightarrow": "⟹", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "iff": "⟺",
    "Longleftrightarrow": "⟺", "coloneqq": "≔", "coloneq": "≔", "triangleq": "≜", "doteq": "≐",
    "therefore": "∴", "because": "∵", "prec": "≺", "succ": "≻", "lesssim": "≲", "gtrsim": "≳",
    "hookrightarrow": "↪", "uparrow": "↑", "downarrow": "↓", "given": "∣",
}
_BINARY = {
    "cdot": "⋅", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "odot": "⊙", "oplus": "⊕",
    "otimes": "⊗", "circ": "∘", "ast": "∗", "star": "⋆", "bullet": "∙", "wedge": "∧", "land": "∧",
    "vee": "∨", "lor": "∨", "cup": "∪", "cap": "∩", "setminus": "∖", "dagger": "†",
}
_ORDINARY = {
    "partial": "∂", "nabla": "∇", "infty": "∞", "forall": "∀", "exists": "∃", "top": "⊤",
    "bot": "⊥", "emptyset": "∅", "varnothing": "∅", "dots": "…", "ldots": "…", "dotsc": "…",
    "dotsb": "⋯", "dotsm": "⋯", "dotso": "…", "hdots": "…", "cdots": "⋯", "vdots": "⋮",
    "ddots": "⋱", "prime": "′", "neg": "¬", "lnot": "¬", "angle": "∠", "hbar": "ℏ", "Re": "ℜ",
    "Im": "ℑ", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "intercal": "⊺", "square": "□",
    "degree": "°", "colon": ":",
}
_OPEN = {"{": "{", "lbrace": "{", "langle": "⟨", "lfloor": "⌊", "lceil": "⌈", "lvert": "|",
         "lVert": "‖", "lbrack": "[", "lparen": "("}
_CLOSE = {"}": "}", "rbrace": "}", "rangle": "⟩", "rfloor": "⌋", "rceil": "⌉", "rvert": "|",
          "rVert": "‖", "rbrack": "]", "rparen": ")"}
_BARS = {"|": "‖", "vert": "|", "Vert": "‖"}
_BIG = {"sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁",
        "bigotimes": "⨂"}
_INTEGRALS = {"int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮"}
_FUNCTIONS = (
    "exp", "log", "ln", "lg", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "coth", "dim", "ker", "deg", "arg", "hom",
    # not LaTeX's own, but people define and write them
    "tr", "sgn", "sign", "diag", "Var", "Cov", "rank", "softmax", "sigmoid", "relu", "ReLU", "erf",
    "KL",
)
_LIMITS = {name: name for name in ("max", "min", "sup", "inf", "lim", "det", "gcd", "Pr")} | {
    "argmax": "arg max", "argmin": "arg min", "limsup": "lim sup", "liminf": "lim inf"}

SYMBOLS: Mapping[str, tuple[str, str]] = {  # command without backslash -> kind of atom, text
    **{name: ("letter", sign) for name, sign in GREEK.items() if name not in ("nabla", "infty")},
    "imath": ("letter", "ı"), "jmath": ("letter", "ȷ"),
    **{name: ("relation", sign) for name, sign in _RELATIONS.items()},
    **{name: ("binary", sign) for name, sign in _BINARY.items()},
    **{name: ("ordinary", sign) for name, sign in _ORDINARY.items()},
    **{name: ("open", sign) for name, sign in _OPEN.items()},
    **{name: ("close", sign) for name, sign in _CLOSE.items()},
    **{name: ("bar", sign) for name, sign in _BARS.items()},
    **{name: ("big", sign) for name, sign in _BIG.items()},
    **{name: ("integral", sign) for name, sign in _INTEGRALS.items()},
    **{name: ("function", name) for name in _FUNCTIONS},
    **{name: ("limits", words) for name, words in _LIMITS.items()},
}

CHARACTERS: Mapping[str, tuple[str, str]] = {  # a character as typed -> kind, text
    **dict.fromkeys("-−–", ("binary", "−")), "+": ("binary", "+"), "*": ("binary", "∗"),
    "/": ("ordinary", "/"), "=": ("relation", "="), "<": ("relation", "<"), ">": ("relation", ">"),
    ":": ("relation", ":"), "(": ("open", "("), "[": ("open", "["), ")": ("close", ")"),
    "]": ("close", "]"), "|": ("bar", "|"), ",": ("punctuation", ","), ";": ("punctuation", ";"),
    ".": ("ordinary", "."), "!": ("ordinary", "!"), "?": ("ordinary", "?"),
    **{sign: (kind, sign) for kind, sign in SYMBOLS.values()
       if len(sign) == 1 and not sign.isascii()},
}

GAPS: Mapping[str, float] = {  # em
    ",": 1 / 6, ":": 2 / 9, ">": 2 / 9, ";": 5 / 18, "!": -1 / 6, " ": 1 / 3, "quad": 1, "qquad": 2,
    "enspace": 0.5, "enskip": 0.5, "thinspace": 1 / 6, "medspace": 2 / 9, "thickspace": 5 / 18,
    "space": 1 / 3, "nobreakspace": 1 / 3, "hfill": 1, "\n": 1 / 3, "\t": 1 / 3,
}
SILENT = frozenset((  # say how TeX should set it, nothing that is seen
    "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits",
    "nonumber", "notag", "allowbreak", "nobreak", "relax", "noindent", "mathstrut", "strut",
    "hline", "protect", "/", "-", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "bigm", "Bigl",
    "Bigr", "Bigm", "biggl", "biggr", "biggm", "Biggl", "Biggr", "Biggm",
))
FONTS: Mapping[str, str] = {
    "mathbf": "bold", "boldsymbol": "bold italic", "bm": "bold italic", "pmb": "bold italic",
    "symbf": "bold", "mathrm": "upright", "mathup": "upright", "mathbb": "blackboard",
    "mathcal": "calligraphic", "mathscr": "calligraphic", "mathfrak": "fraktur", "mathsf": "sans",
    "mathit": "italic", "mathtt": "mono", "mathnormal": "", "mathop": "", "mathrel": "",
    "mathbin": "", "mathord": "", "mathopen": "", "mathclose": "", "ensuremath": "", "smash": "",
    "mathclap": "", "mathrlap": "", "mathllap": "", "boxed": "",
}
TEXTS = frozenset(("text", "textrm", "textnormal", "textit", "textbf", "textsf", "texttt", "textup",
                   "mbox", "hbox", "emph", "textsc"))
ACCENTS: Mapping[str, str] = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303",
    "bar": "\u0304", "overline": "\u0305", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "check": "\u030c", "breve": "\u0306", "mathring": "\u030a", "underline": "\u0332",
    "overrightarrow": "\u20d7",
}
FENCES: Mapping[str, tuple[str, str]] = {  # environment -> its brackets
    "pmatrix": ("(", ")"), "psmallmatrix": ("(", ")"), "bmatrix": ("[", "]"),
    "bsmallmatrix": ("[", "]"), "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"),
    "Vmatrix": ("‖", "‖"), "matrix": ("", ""), "smallmatrix": ("", ""), "array": ("", ""),
    "cases": ("{", ""), "dcases": ("{", ""), "rcases": ("", "}"),
}
DELIMITERS: Mapping[str, str] = {  # what may follow \\left: the bracket that is meant
    **{sign: sign for sign in "()[]{}|‖⟨⟩⌊⌋⌈⌉/↑↓"}, "<": "⟨", ">": "⟩", "∣": "|", "∥": "‖", ".": "",
}
ALIGNED = frozenset(("align", "aligned", "alignat", "alignedat", "split", "gather", "gathered",
                     "equation", "multline", "flalign", "eqnarray"))
# fmt: on
