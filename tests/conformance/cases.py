"""Every case, in the order the suite tries them."""

from tests.conformance.bench import Case
from tests.conformance.client_cases import EVENT_CASES
from tests.conformance.picture_cases import PICTURE_CASES
from tests.conformance.server_cases import CASES as SERVER_CASES

CLIENT_CASES: tuple[Case, ...] = (*EVENT_CASES, *PICTURE_CASES)

__all__ = ["CLIENT_CASES", "SERVER_CASES"]
