"""`derive prove`: one claim from the command line."""

from __future__ import annotations

import sys

from derive.check.report import Report
from derive.check.run import check_formula


def prove(claim: str, given: tuple[str, ...], form: str, seed: int = 0) -> int:
    """Decides the claim and prints the answer; the exit code."""
    result = check_formula(claim, given, seed)
    report = Report((result,))
    if form == "json":
        from derive.render.json import report_json

        print(report_json(report))
        return report.exit_code
    from derive.render.terminal import columns, finding_lines, show
    from derive.render.terminal_exercise import exercise_lines

    stops = [finding for finding in result.findings if finding.stops]
    if not stops:
        show(exercise_lines(result, columns()), sys.stdout)
    for finding in stops:
        show(finding_lines(finding, columns()), sys.stderr)
    return report.exit_code
