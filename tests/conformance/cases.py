"""Every case, in the order the suite tries them."""

from tests.conformance.bench import Case
from tests.conformance.client_cases import EVENT_CASES
from tests.conformance.download_cases import DOWNLOAD_CASES
from tests.conformance.liar import Liar
from tests.conformance.lying_cases import LYING_CASES
from tests.conformance.picture_cases import PICTURE_CASES
from tests.conformance.restore_cases import RESTORE_CASES
from tests.conformance.server_cases import ACCEPTANCE_CASES
from tests.conformance.subject import ServerCase

CLIENT_CASES: tuple[Case, ...] = (*EVENT_CASES, *PICTURE_CASES, *LYING_CASES, *RESTORE_CASES)
SERVER_CASES: tuple[ServerCase, ...] = (*ACCEPTANCE_CASES, *DOWNLOAD_CASES)


def liar_for(case: Case) -> Liar | None:
    """The network holds the log's key in the cases that need it to; in all others nobody but the server does."""
    return Liar() if case in LYING_CASES else None
