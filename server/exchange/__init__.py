"""Files of other systems, read into rows and reconciled with what the log already says.

    bytes ──files, tables──> lines ──oneroster, edfi, registry, fhir──> rows | refusals | flags
    rows + what is known ──reconcile──> events | unchanged | changed | refused
    events ──run──> the log, in batches, under the import run's own seat

Readers and the reconciler are pure: they are given open files and folded facts. A reader never raises
over a row, it yields a ``Refusal`` with line, column, reason and fix; it raises ``UnreadableFile`` when the
file as a whole cannot be trusted, and then nothing at all is imported.
"""
