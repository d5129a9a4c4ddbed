"""What derive can report, one row a code.  Codes are permanent; wording may change.

D0xx: a file or a header; D1xx: something could not be read; D2xx: what the kernel said;
D3xx: writing that misleads; D9xx: an alarm about derive itself.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One kind of finding.

    ``severity``: "error", "warning" or "info".  ``title``: the message where nothing more exact is
    known.  ``why``: what it means and what to do.  ``wrong`` and ``right``: the smallest example,
    with and without the finding ("" where there is none): a claim, a header or a whole Markdown
    document.
    """

    code: str
    severity: str
    title: str
    why: str
    wrong: str = ""
    right: str = ""


# fmt: off
ROWS = (
    Row("D001", "error", "the file cannot be opened",
        "The path cannot be opened, there is nothing in it, or it is not text; an exercise is "
        "UTF-8 text of at most 4 MB.",
        "derive check notes.pdf",
        "derive check notes.tex"),
    Row("D002", "error", "no header",
        "An exercise opens with a header between two lines +++; the header is TOML.",
        "# tanh\n\nShow that ...",
        '+++\ntitle = "Derivative of tanh"\ntopic = "activations"\n...\n+++\n\nShow that ...'),
    Row("D003", "error", "the header is not TOML",
        "The header between the two lines +++ must be valid TOML. Formulas go in single quotes, "
        "where a backslash is a backslash.",
        r'claim = "\sigma(0) = 1/2"',
        r"claim = '\sigma(0) = 1/2'"),
    Row("D004", "error", "unknown key",
        "The header has a key that an exercise does not have; it would be ignored silently "
        "otherwise.",
        'titel = "Derivative of tanh"',
        'title = "Derivative of tanh"'),
    Row("D005", "error", "missing key",
        "An exercise needs at least title, topic and one [[claims]] with a claim.",
        "[[claims]]\nlabel = 'a'",
        "[[claims]]\nlabel = 'a'\nclaim = 'x = x'"),
    Row("D006", "error", "a value of the wrong kind",
        "The key is known, but its value is not of the kind that the format asks for.",
        "level = 'easy'",
        "level = 1"),
    Row("D007", "error", "two claims of one label",
        "Labels name the claims in results and marks, so each may occur once.",
        "label = 'a' ... label = 'a'",
        "label = 'a' ... label = 'b'"),
    Row("D008", "error", "a parameter cannot be used",
        "A parameter needs a name, one of integer, choices and value, and a default that meets its "
        "own conditions; a placeholder {{name}} needs a parameter of that name.",
        "[[parameters]]\nname = 'n'\ninteger = [1, 9]\ndefault = 12",
        "[[parameters]]\nname = 'n'\ninteger = [1, 9]\ndefault = 2"),
    Row("D009", "error", "an exercise of a sheet cannot be used",
        "A sheet names exercises of the library, of its own folder, or files; the exercise must be "
        "there and without errors.",
        'name = "tanh-derivativ"',
        'name = "tanh-derivative"'),
    Row("D101", "error", "the formula cannot be read",
        "The formula is read up to the marked place; there something else was expected. Nothing is "
        "guessed. A name of more than one letter needs a backslash or \\operatorname.",
        r"\frac{1}{2",
        r"\frac{1}{2}"),
    Row("D102", "error", "a given cannot be read",
        "A line of `given` declares a range, a shape, a definition or an assumption.",
        r"given = ['i to d']",
        r"given = ['i: 1..d']"),
    Row("D103", "info", "more than one reading",
        "The formula can be read in more than one way. The claim counts as proved if one reading "
        "is proved (which one is said), as refuted only if all are.",
        r"\sum_k x_k + 1",
        r"\left(\sum_k x_k\right) + 1"),
    Row("D111", "warning", "a line is not read",
        "The line is read up to the marked place; there something else was expected. Nothing is "
        "guessed: what is not read is not judged, and the other lines are.",
        r"$$x + x = 2 \nonsense{x}$$",
        r"$$x + x = 2x$$"),
    Row("D112", "warning", "a part is skipped",
        "A part of the document could not be taken apart: an environment without its end, a dollar "
        "that is missing, macros that call themselves, nesting without bound. The rest is checked.",
        "\\begin{align}\nx + x = 2x",
        "\\begin{align}\nx + x = 2x\n\\end{align}"),
    Row("D113", "info", "an encoding is assumed",
        "The file is not UTF-8; it is read in the encoding named. Letters outside of ASCII may be "
        "others than you see. Save the file as UTF-8.",
        "caf\\xe9: $x + x = 2x$",
        "café: $x + x = 2x$"),
    Row("D114", "warning", "a declaration is not read",
        "A line that declares something (%! let .., %! assume .., <!-- derive: .. -->) is not "
        "understood, so it does not count. docs/documents.md lists what can be declared.",
        "<!-- derive: x somehow -->\n\n$$x + x = 2x$$",
        "<!-- derive: x > 0 -->\n\n$$x + x = 2x$$"),
    Row("D115", "warning", "judging stopped",
        "Too many steps of this document took too long or too much memory; the rest of its steps "
        "are not judged."),
    Row("D116", "info", "something is not looked at",
        "A file that this one reads is not followed, or there is nothing to check here. Check "
        "the other file by its own name.",
        "\\input{chapter1}\n\n$$x + x = 2x$$",
        "$$x + x = 2x$$"),
    Row("D117", "info", "a formula of the running text is not read",
        "What it says does not count: a definition or a condition in it is not known to the steps "
        "after it. Reading stopped at the marked place.",
        "We write $m = \\frac{1}$ for short.\n\n$$x + x = 2x$$",
        "We write $m = \\frac{1}{n}$ for short.\n\n$$x + x = 2x$$"),
    Row("D201", "error", "refuted",
        "The two sides differ: at the point shown both are defined and lie in intervals that "
        "exclude each other. The intervals are computed with rigorous rounding, so the point is a "
        "proof, and you can put the numbers in yourself.",
        r"\frac{\partial \tanh(x)}{\partial x} = 1 - \tanh(x)",
        r"\frac{\partial \tanh(x)}{\partial x} = 1 - (\tanh(x))^2"),
    Row("D202", "warning", "undecided",
        "Neither a proof nor a counterexample was found. The reason is given; agreement at random "
        "points is evidence, not a proof. Smaller steps often help, and saying what a name means.",
        r"$$\frac{\partial L}{\partial w} = 2w$$",
        "Let $L = w^2$.\n\n$$\\frac{\\partial L}{\\partial w} = 2w$$"),
    Row("D203", "info", "proved, with a need",
        "The claim holds if something is assumed that was neither stated nor shown. State it, or "
        "see whether the claim says more than it should.",
        r"\log(ab) = \log a + \log b",
        r"\log(ab) = \log a + \log b    with given  a > 0,  b > 0"),
    Row("D204", "info", "proved, without steps",
        "The kernel proved the claim, but no chain of textbook steps was found from the left side "
        "to the right one."),
    Row("D205", "info", "the exercise is not finished",
        "Something is missing before the exercise can be handed out: a statement, a solution, "
        "points that add up, or a text that still says TODO. Its claims are judged all the same."),
    Row("D301", "warning", "an index is bound and free",
        "One letter is the index of a sum and also stands outside of it, with another meaning. "
        "Readers take them for the same. Rename the index of the sum.",
        r"$$p_i = \frac{\exp(x_i)}{\sum_{i=1}^d \exp(x_i)}$$",
        r"$$p_i = \frac{\exp(x_i)}{\sum_{k=1}^d \exp(x_k)}$$"),
    Row("D302", "warning", "an index is bound twice",
        "A sum inside a sum uses the same index, which hides the outer one. Rename one of them.",
        r"$$\sum_{i=1}^d (x_i + \sum_{i=1}^d y_i) = \sum_{i=1}^d (x_i + d y_i)$$",
        r"$$\sum_{i=1}^d (x_i + \sum_{k=1}^d y_k) = \sum_{i=1}^d (x_i + d y_i)$$"),
    Row("D303", "warning", "brackets are missing after a sum",
        "By the rules a sum ends at the next + or -. The step is true only if the sum covers "
        "what follows as well: put it in brackets.",
        r"$$\sum_{i=1}^n (x_i - m) = \sum_{i=1}^n x_i - m$$",
        r"$$\sum_{i=1}^n (x_i - m) = \sum_{i=1}^n \left(x_i - m\right)$$"),
    Row("D304", "warning", "true only in another reading",
        "The line can be read in more than one way. It is false in the way that it is usually "
        "read, and true in the one that is named: write it so that only that one is left.",
        r"$$\log x y = \log(x) \cdot y$$",
        r"$$\log(x) \cdot y = y \cdot \log x$$"),
    Row("D305", "warning", "a sum does not use its index",
        "What is summed has other indices and not the one that the sum runs over: mostly one of "
        "them is a slip of the pen.",
        r"$$\log \sum_{i=1}^n \exp(z_j) = \log \left(n \exp(z_j)\right)$$",
        r"$$\log \sum_{j=1}^n \exp(z_j) = \log \sum_{k=1}^n \exp(z_k)$$"),
    Row("D306", "warning", "the terms before the dots do not go on in one way",
        "The terms before the dots show how a sum goes on. Here the last of them is of another "
        "form than those before it: mostly an exponent or a factor is lost.",
        r"$$s = a_1^2 + a_2^2 + a_3 + \dots + a_n^2$$",
        r"$$s = a_1^2 + a_2^2 + a_3^2 + \dots + a_n^2$$"),
    Row("D307", "warning", "a derivative is lost",
        "The line before has a derivative, and the next line is the derivative of this one: in "
        "between the sign of the derivative is missing, so this line is not equal to its "
        "neighbours.",
        "$$\\frac{\\partial L}{\\partial w} = (y - aw)^2 = -2a(y - aw)$$",
        "Let $L = (y - aw)^2$.\n\n$$\\frac{\\partial L}{\\partial w} = -2a(y - aw)$$"),
    Row("D308", "warning", "a bracket is missing",
        "Another bracket closes what is around an open one. The one missing is read before it; "
        "a step that is not true with it counts as undecided.",
        r"$$[(a + b] c = ac + bc$$",
        r"$$[(a + b)] c = ac + bc$$"),
    Row("D901", "error", "proved and refuted",
        "derive contradicts itself. This is a fault in derive: please report the claim. Do not "
        "rely on either answer."),
    Row("D902", "error", "derive failed at this step",
        "This is a fault in derive: please report the line. The step counts as undecided, the "
        "others are judged."),
)
# fmt: on

BY_CODE = {row.code: row for row in ROWS}
