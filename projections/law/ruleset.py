"""A rule set: one version of the law as data, read from JSON, checked, never changed afterwards.

The form of a file stands in `form.py`; `docs/law.md` tells how to read and add one. Nothing in Python or TypeScript
knows a rule set by name: what a version of the law asks, exempts and counts stands in its file.

A file is refused (`BadRuleSet`: file, path, reason) when it breaks the form, says what cannot be read (`faults.py`),
or covers days another file covers.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from datetime import date

import msgspec

from projections.law.errors import BadRuleSet
from projections.law.faults import faults
from projections.law.form import RuleSet

FILE_BYTES_MAX = 512 * 1024


class Loaded(msgspec.Struct, frozen=True, eq=False):
    """A checked rule set with the SHA-256 of the bytes it was read from. Equal only to itself."""

    rules: RuleSet
    sha256: str
    file: str


class NoVerifiedVersion(msgspec.Struct, frozen=True):
    """The answer for a date that no rule set covers: never a guess. Names the neighbours, if any."""

    on: str
    before: str
    after: str

    def __str__(self) -> str:
        near = " and ".join(name for name in (self.before, self.after) if name)
        return f"no verified version covers {self.on}" + (f" (the nearest are {near})" if near else "")


class _Twice(ValueError):
    """A name that stands twice in one JSON object, of which readers would each take another."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(repr(name))
        found[name] = value
    return found


def load_rule_set(content: bytes, file: str) -> Loaded:
    """Read and check one rule-set file. Raises BadRuleSet with file, path and reason."""
    if len(content) > FILE_BYTES_MAX:
        raise BadRuleSet(file, "$", f"the file is larger than {FILE_BYTES_MAX // 1024} KiB")
    try:
        json.loads(content, object_pairs_hook=_once)
        rules = msgspec.json.decode(content, type=RuleSet)
    except _Twice as error:
        raise BadRuleSet(file, "$", f"the name {error} stands twice in one object") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        reason, _, path = str(error).partition(" - at `")
        raise BadRuleSet(file, path.rstrip("`") or "$", reason) from error
    for path, reason in faults(rules):
        raise BadRuleSet(file, path, reason)
    return Loaded(rules, hashlib.sha256(content).hexdigest(), file)


def load_all(files: Iterable[tuple[str, bytes]]) -> tuple[Loaded, ...]:
    """Read several files, sorted by their first day; refuse doubles of an id and overlapping dates."""
    by_id: dict[str, str] = {}
    loaded = sorted((load_rule_set(content, name) for name, content in files), key=lambda one: one.rules.effective_from)
    for one in loaded:
        if by_id.setdefault(one.rules.id, one.file) != one.file:
            raise BadRuleSet(one.file, "$.id", f"{by_id[one.rules.id]} has the same id {one.rules.id!r}")
    for earlier, later in itertools.pairwise(loaded):
        if not earlier.rules.effective_to or earlier.rules.effective_to >= later.rules.effective_from:
            raise BadRuleSet(later.file, "$.effective_from", f"overlaps {earlier.file} ({earlier.rules.id})")
    return tuple(loaded)


def rule_set_on(loaded: Iterable[Loaded], on: date) -> Loaded | NoVerifiedVersion:
    """The rule set in force on a day, or the statement that no version covers it."""
    day, before, after = on.isoformat(), "", ""
    for one in loaded:
        if one.rules.effective_from > day:
            return NoVerifiedVersion(day, before, after or one.rules.id)
        if not one.rules.effective_to or day <= one.rules.effective_to:
            return one
        before = one.rules.id
    return NoVerifiedVersion(day, before, after)
