"""What can be wrong with the law's own files and with files of cases.

    LawError
    ├── BadRuleSet      a rule-set file that must not be used: file, path in it, reason
    ├── BadCaseFile     a case file that cannot be read at all: line, reason
    └── BadCell         a cell of one row of it: column, reason

A student's record never raises: what is wrong in it becomes a finding of the verdict.
"""

from __future__ import annotations

from events.errors import DoseledgerError


class LawError(DoseledgerError):
    """Root of the errors of `projections.law`."""


class BadRuleSet(LawError):
    """A rule-set file that breaks the schema, overlaps another's dates, or cites nothing."""

    def __init__(self, file: str, path: str, reason: str) -> None:
        super().__init__(f"{file}: {path}: {reason}")
        self.file, self.path, self.reason = file, path, reason


class BadCaseFile(LawError):
    """A file of cases that is no CSV with the columns it needs. `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


class BadCell(LawError):
    """A cell of a case that cannot be read."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column, self.reason = column, reason
