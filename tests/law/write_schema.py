"""Write `projections/law/rulesets/schema.json` from the structs that read a rule set.

python -m tests.law.write_schema
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from projections.law.form import RuleSet

TARGET = Path(__file__).resolve().parents[2] / "projections" / "law" / "rulesets" / "schema.json"


def schema() -> str:
    """The JSON Schema (2020-12) of a rule-set file."""
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule set",
        **msgspec.json.schema(RuleSet),
    }
    return json.dumps(made, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(schema())
