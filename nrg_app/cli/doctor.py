"""``nrg doctor``: what the program needs of this machine, what it found and what helps."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nrg_app.cli.doctor_checks import Finding, all_findings

_COLOURS = {"ok": "green", "note": "yellow", "problem": "red"}


def run_doctor(*, as_json: bool) -> bool:
    """Check everything and print it.

    Args:
        as_json: a JSON list of the findings in place of the table.

    Returns:
        Whether no problem was found.
    """
    findings = list(all_findings())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        _print(findings)
    return all(finding.state != "problem" for finding in findings)


def _print(findings: list[Finding]) -> None:
    table = Table("", "", "found", "what helps")
    for column in table.columns:
        column.overflow = "fold"
    for finding in findings:
        state = f"[{_COLOURS[finding.state]}]{finding.state}[/]"
        table.add_row(finding.name, state, escape(finding.found), escape(finding.remedy))
    # The console of the other tables comes with PyTorch, which may be what is broken.
    console = Console(highlight=False)
    console.print(table)
    problems = [finding.name for finding in findings if finding.state == "problem"]
    console.print(f"Put right: {', '.join(problems)}." if problems else "Nothing is wrong.")
