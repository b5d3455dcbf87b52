"""What can be wrong with the law's own files.

    LawError
    └── BadRuleSet      a rule-set file that must not be used: file, path in it, reason

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
