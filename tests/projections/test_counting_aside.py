"""What counts of a set-aside row, on either kind of device."""

import re
from pathlib import Path

from projections.submissions import COUNTS_ASIDE

WEB = Path(__file__).parents[2] / "web/src/projections/submissions.ts"


def test_phone_and_laptop_count_the_same_types() -> None:
    """CLIENT-R40, WEB-R341: two programs, one list."""
    listed = re.search(r"const COUNTS: ReadonlySet<string> = new Set\(\[(.*?)\]\)", WEB.read_text(), re.S)
    assert listed is not None
    assert set(re.findall(r'"([a-z_.]+)"', listed[1])) == COUNTS_ASIDE
