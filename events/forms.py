"""The written forms of ids, dates and hashes, as regular expressions that every side can share.

They stand in the JSON Schema as they are here, so they are plain enough for Python and ECMAScript alike:
ASCII digits only (``\\d`` would take Arabic-Indic digits), and ``WHOLE`` closes them because a lone ``$``
lets a trailing newline through in Python. The calendar is in the pattern: 30 February and 29 February
1900 do not match, so a date that decodes is a day (1900 to 2199).
"""

import msgspec

WHOLE = r"$(?!\n)"

UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
DISTRICT = "[a-z0-9][a-z0-9-]{0,39}"
HASH = "[0-9a-f]{64}"

_YEAR = "(?:19|20|21)[0-9]{2}"
_LEAP_YEAR = "(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)

CIVIL_DATE = f"(?:{_YEAR}-{_DAY}|{_LEAP_YEAR}-02-29)"
WRITTEN_DATE = f"(?:{CIVIL_DATE}|{_YEAR}(?:-{_MONTH})?)"
CLOCK_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
INSTANT = f"{CIVIL_DATE}T{CLOCK_TIME}:[0-5][0-9][.][0-9]{{3}}Z"
STREAM = f"(?:district|access/{UUID7}/{_YEAR}-{_MONTH}|(?:student|clinic|case|transfer|facility|staff|device)/{UUID7})"
EVENT_TYPE = "[a-z]+(?:_[a-z]+)*[.][a-z]+(?:_[a-z]+)*"


def form(pattern: str) -> msgspec.Meta:
    """The constraint that a string has exactly this form."""
    return msgspec.Meta(pattern=f"^(?:{pattern}){WHOLE}")
