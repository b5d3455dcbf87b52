"""Every case, in the order the suite tries them."""

from tests.conformance.bench import Case
from tests.conformance.client_cases import EVENT_CASES
from tests.conformance.download_cases import DOWNLOAD_CASES
from tests.conformance.picture_cases import PICTURE_CASES
from tests.conformance.server_cases import ACCEPTANCE_CASES
from tests.conformance.subject import ServerCase

CLIENT_CASES: tuple[Case, ...] = (*EVENT_CASES, *PICTURE_CASES)
SERVER_CASES: tuple[ServerCase, ...] = (*ACCEPTANCE_CASES, *DOWNLOAD_CASES)
