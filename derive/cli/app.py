"""What can be typed: commands, options, help.  Each body is imported when it runs.

Plain click, not rich-click: that alone takes three times as long to print its help as all of this
(measured: 150 ms and 60 ms).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from derive.cli import quietly

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

CONTEXT = {
    "help_option_names": ["-h", "--help"],
    "color": False if os.environ.get("NO_COLOR") else None,
}
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, JSON for programs.",
)
PATH = click.option(
    "--path",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    help="A folder with exercises of your own, looked up before the library.",
)


class Help(click.HelpFormatter):
    """Help with its headings set apart; click drops the styles where no terminal reads."""

    def write_heading(self, heading: str) -> None:
        super().write_heading(click.style(heading, bold=True))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(click.style(prog, bold=True), args, prefix)


class Context(click.Context):
    formatter_class = Help


class Command(click.Command):
    context_class = Context


class OfAClaim(Command):
    """A command with a claim, which may begin with a minus: -\\log p is no -o."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = [p for p in self.params if isinstance(p, click.Option) and not p.is_flag]
        with_value = {name for option in options for name in option.opts}
        kept: list[str] = []
        claims: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                claims += rest
            elif arg.startswith("-") and not arg.startswith("--") and len(arg) > 2:
                claims.append(arg)
            else:
                kept.append(arg)
                if arg in with_value:
                    kept += [value for value in (next(rest, None),) if value is not None]
        return super().parse_args(ctx, [*kept, *(("--", *claims) if claims else ())])


class Commands(click.Group):
    context_class = Context
    command_class = Command


def show_version(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    """Prints the version of the installed distribution, if ``asked``."""
    if not asked:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("derive-check")
    except PackageNotFoundError:
        number = "(a source tree that is not installed)"
    click.echo(f"derive {number}")
    ctx.exit()


def complete_name(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of exercises for the shell's completion."""
    from click.shell_completion import CompletionItem

    from derive.check.library import exercise_files, name_of

    folder = ctx.params.get("folder")
    files = (*exercise_files(folder), *exercise_files()) if folder else exercise_files()
    names = sorted(set(map(name_of, files)))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_code(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Codes of findings for the shell's completion."""
    from click.shell_completion import CompletionItem

    from derive.findings import ROWS

    return [CompletionItem(row.code, help=row.title) for row in ROWS
            if row.code.startswith(incomplete.upper())]  # fmt: skip


@click.group(cls=Commands, context_settings=CONTEXT)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Check derivations as people write them.

    Each true step is proved for every dimension, each false one is refuted with a counterexample.

    \b
    derive check notes.tex           a document: each wrong step, with its place
    derive check tanh-derivative     an exercise of the library: steps and verdict
    derive check                     all of them
    derive prove '\\tanh(x) = 2\\sigma(2x) - 1'
    """


@app.command(context_settings=CONTEXT, short_help="Check documents and exercises.")
@click.argument("names", nargs=-1, shell_complete=complete_name)
@FORMAT
@click.option("--latex", is_flag=True, help="Print each exercise's derivation as LaTeX (align).")
@PATH
@click.option("--reading", is_flag=True, help="Print what was understood of a document.")
@click.option(
    "--given",
    type=click.Path(exists=True, dir_okay=False),
    help="A file of declarations that hold in every document, one a line.",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Documents at a time.  [default: cores]"
)
@click.option("-q", "--quiet", is_flag=True, help="Findings and the summary only.")
def check(
    names: tuple[str, ...],
    form: str,
    latex: bool,
    folder: str | None,
    reading: bool,
    given: str | None,
    jobs: int,
    quiet: bool,
) -> None:
    """Check documents (.tex, .md, .ipynb, .txt), folders of them, standard input (-), and
    exercises by NAME or by file; without a name, the whole library of exercises.

    Exit code 0: all proved; 1: findings; 2: something could not be read or run.

    \b
    derive check notes.tex homework.md
    derive check notes.md --reading --given assumptions.txt
    derive check softmax-jacobian cross-entropy-gradient
    derive check my/exercise.md --format json
    """
    if latex and form == "json":
        raise click.UsageError("--latex and --format json exclude each other.")

    def body() -> int:
        from derive.cli.check import Options
        from derive.cli.check import check as run

        shape = "latex" if latex else form
        return run(names, Options(shape, folder, quiet, reading, given, jobs))

    sys.exit(quietly(body))


@app.command(cls=OfAClaim, context_settings=CONTEXT)
@click.argument("claim")
@click.option(
    "-g",
    "--given",
    multiple=True,
    metavar="TEXT",
    help="A range, shape, definition or assumption; may be repeated.",
)
@FORMAT
@click.option("--seed", type=int, default=0, help="Chooses the points at which a claim is tried.")
def prove(claim: str, given: tuple[str, ...], form: str, seed: int) -> None:
    """Prove or refute one CLAIM, written in LaTeX.

    \b
    derive prove '\\tanh(x) = 2\\sigma(2x) - 1'
    derive prove '\\log(ab) = \\log a + \\log b' --given 'a > 0' --given 'b > 0'
    derive prove '\\sum_{i=1}^d (x_i - m) = 0' --given 'x \\in \\mathbb{R}^d' \\
                 --given 'm = \\frac{1}{d} \\sum_{i=1}^d x_i'
    """

    def body() -> int:
        from derive.cli.prove import prove as run

        return run(claim, given, form, seed)

    sys.exit(quietly(body))


@app.command(cls=OfAClaim, context_settings=CONTEXT, short_help="Write out a proof, step by step.")
@click.argument("asked", metavar="NAME|CLAIM", shell_complete=complete_name)
@click.option(
    "-g",
    "--given",
    multiple=True,
    metavar="TEXT",
    help="Of a CLAIM: a range, shape, definition or assumption; may be repeated.",
)
@click.option(
    "--detail",
    type=click.Choice(["brief", "normal", "full"]),
    default="normal",
    show_default=True,
    help="How much a line does: brief merges what a practised reader sees, full shows each move.",
)
@click.option("--latex", "form", flag_value="latex", help="LaTeX to paste into a document.")
@click.option("--standalone", "form", flag_value="tex", help="A LaTeX document that compiles.")
@click.option("--markdown", "form", flag_value="md", help="Markdown, formulas between dollars.")
@click.option("--html", "form", flag_value="html", help="A web page, complete in one file.")
@click.option("--pdf", "form", flag_value="pdf", help="A PDF file (with -o).")
@click.option(
    "--latexmk", "form", flag_value="latexmk", help="The same by LaTeX, where latexmk is installed."
)
@click.option("--format", "read_by", type=click.Choice(["json"]), help="JSON for programs.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write; its ending (.tex .md .html .pdf .json) says what it is.",
)
@PATH
def solve(
    asked: str,
    given: tuple[str, ...],
    detail: str,
    form: str | None,
    read_by: str | None,
    output: str | None,
    folder: str | None,
) -> None:
    """Write out the proof of the exercise NAME, or of a CLAIM in LaTeX, as one would on paper.

    \b
    derive solve softmax-jacobian
    derive solve cross-entropy-gradient --detail brief -o solution.pdf
    derive solve '\\tanh(x) = 2\\sigma(2x) - 1' --latex
    """

    def body() -> int:
        from derive.cli.solve import Wanted
        from derive.cli.solve import solve as run

        return run(asked, Wanted(given, detail, form or read_by, output, folder))

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Make problem and solution sheets.")
@click.argument("sheet", required=False, type=click.Path())
@click.option("--pdf", is_flag=True, help="Write PDF.")
@click.option("--latexmk", is_flag=True, help="Write PDF by LaTeX, where latexmk is installed.")
@click.option("--html", is_flag=True, help="Write HTML, one file without links.")
@click.option("--latex", is_flag=True, help="Write LaTeX.")
@click.option("--markdown", is_flag=True, help="Write Markdown.")
@click.option("--solutions", "pages", flag_value="solutions", help="Solutions, not problems.")
@click.option("--both", "pages", flag_value="both", help="Problems and solutions.")
@click.option("-o", "--output", "folder", metavar="FOLDER", help="Where files go.  [default: here]")
@click.option("--variant", "seed", metavar="SEED", help="Other numbers, chosen by this text.")
@click.option(
    "--students",
    metavar="LIST.csv",
    type=click.Path(),
    help="A sheet for each student, with numbers of one's own; the columns are name and id.",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Students at a time.  [default: cores]"
)
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@click.option("--new", is_flag=True, help="Give a commented sheet to start from, as file SHEET.")
def sheet(
    sheet: str | None,
    pages: str | None,
    folder: str | None,
    seed: str | None,
    students: str | None,
    jobs: int,
    quiet: bool,
    new: bool,
    **formats: bool,
) -> None:
    """Make the problem sheet and the solution sheet of SHEET.toml.

    Without a format the sheet is printed here; files are called after SHEET.

    \b
    derive sheet --new algebra.toml               start one
    derive sheet algebra.toml --both --pdf        two PDFs
    derive sheet algebra.toml --both --pdf --html the same, and two web pages
    derive sheet algebra.toml --both --variant 7  other numbers, all proved
    derive sheet algebra.toml --both --html -o out --students list.csv
    """
    if sheet is None and not new:
        raise click.UsageError("Missing argument 'SHEET'; derive sheet --new gives one.")
    if seed is not None and students is not None:
        raise click.UsageError("--variant and --students exclude each other.")
    if formats["pdf"] and formats["latexmk"]:
        raise click.UsageError("--pdf and --latexmk exclude each other: both write PDF.")

    def body() -> int:
        from derive.cli import sheet as command

        if new or sheet is None:
            return command.example(sheet)
        kinds = {
            None: (command.PROBLEMS,),
            "solutions": (command.SOLUTIONS,),
            "both": (command.PROBLEMS, command.SOLUTIONS),
        }[pages]
        forms = tuple(form for form, asked in formats.items() if asked)
        wanted = command.Wanted(forms, kinds, folder or "", seed, students, jobs, quiet)
        return command.sheet(sheet, wanted)

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Start an exercise of your own.")
@click.argument("name")
@PATH
def new(name: str, folder: str | None) -> None:
    """Write NAME.md, a whole exercise to write over; derive check says what is missing.

    \b
    derive new softplus
    derive new exercises/softplus
    """

    def body() -> int:
        from derive.cli.new import new as run

        return run(name, folder)

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Decide claims by the million.")
@click.argument("claims", type=click.Path(allow_dash=True))
@click.option("-o", "--output", default="-", help="A file for the answers.  [default: printed]")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), default=0, help="Processes.  [default: cores]"
)
@click.option("--dask", metavar="ADDRESS", help="Decide on the workers of this dask scheduler.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no summary.")
def batch(claims: str, output: str, jobs: int, dask: str | None, quiet: bool) -> None:
    """Decide each claim of CLAIMS, a file of JSON lines (- for standard input).

    \b
    {"id": 1, "claim": "\\\\log(ab) = \\\\log a + \\\\log b", "given": ["a > 0"]}

    One line of JSON comes out for each, in their order.  With -o a run that was interrupted goes
    on where it was; what is known is kept in OUTPUT.known.
    """

    def body() -> int:
        from derive.cli.batch import Options
        from derive.cli.batch import batch as run

        return run(claims, Options(output, jobs, dask, quiet))

    sys.exit(quietly(body))


@app.command("list", context_settings=CONTEXT)
@FORMAT
@PATH
def list_(form: str, folder: str | None) -> None:
    """List the exercises of the library by topic."""

    def body() -> int:
        from derive.cli.browse import list_exercises

        return list_exercises(form, folder)

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Show the statement of an exercise.")
@click.argument("name", shell_complete=complete_name)
@click.option("--solution", is_flag=True, help="The written solution too.")
@PATH
def show(name: str, solution: bool, folder: str | None) -> None:
    """Show the statement of the exercise NAME."""

    def body() -> int:
        from derive.cli.browse import show_exercise

        return show_exercise(name, solution, folder)

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Explain a code, a rule or a mistake.")
@click.argument("code", required=False, shell_complete=complete_code)
def explain(code: str | None) -> None:
    """Explain the CODE of a finding (D201), a rule of the steps or a mistake, with an example.

    Without CODE: the list of all.
    """

    def body() -> int:
        from derive.cli.browse import explain_code, list_codes

        return list_codes() if code is None else explain_code(code)

    sys.exit(quietly(body))


@app.command(context_settings=CONTEXT, short_help="Grade a class.")
@click.argument("exercise", shell_complete=complete_name)
@click.argument("submissions")
@click.option("-o", "--output", default="graded", show_default=True, help="Folder for the results.")
@click.option("--roster", type=click.Path(), help="The class list: CSV with columns name and id.")
@click.option("--decisions", type=click.Path(), help="What you decided [OUTPUT/decisions.toml].")
@click.option(
    "--language",
    type=click.Choice(["en", "de"]),
    default="en",
    show_default=True,
    help="Of the feedback.",
)
@click.option("--jobs", type=click.IntRange(0), default=0, help="Documents at a time [cores].")
@click.option("--dask", metavar="ADDRESS", help="Mark on the workers of this dask scheduler.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@FORMAT
@click.option("--gradescope", is_flag=True, help="Write results.json for Gradescope's autograder.")
@PATH
def grade(
    exercise: str,
    submissions: str,
    output: str,
    roster: str | None,
    decisions: str | None,
    language: str,
    jobs: int,
    dask: str | None,
    quiet: bool,
    form: str,
    gradescope: bool,
    folder: str | None,
) -> None:
    """Mark SUBMISSIONS (a folder, a zip archive or a file) against EXERCISE or a sheet's TOML.

    \b
    derive grade tanh-derivative handed-in/
    derive grade sheet.toml class.zip --roster class.csv --language de
    """

    def body() -> int:
        from derive.cli.grade import Options
        from derive.cli.grade import grade as run

        options = Options(
            output, decisions, roster, folder, language, jobs, quiet, form, gradescope, dask
        )
        return run(exercise, submissions, options)

    sys.exit(quietly(body))
