"""A district with one child whose file is worth moving, and the file itself."""

from pathlib import Path

import pytest

from events.catalog.consents import ScreeningAnswered
from events.catalog.disclosures import RecordDisclosed
from events.catalog.students import AllergyRecorded, Contact, ContactsRecorded
from events.ids import ClinicId, DeviceId, StaffId
from projections.policy import policy_of
from projections.student import Student, fold
from server.bundle.gather import fact_of_row
from server.bundle.transfer import TransferFile, make_transfer_file
from tests.projections.given import KINDER_DOSES, PAPER, Given
from tests.transfer.little_district import LittleDistrict
from tests.transfer.offices import Office, founded


class Leaving:
    """A district, and a child of it about to leave."""

    def __init__(self) -> None:
        self.district = LittleDistrict()
        self.phone, self.nurse = DeviceId(self.district.make_id()), StaffId(self.district.make_id())
        self.district.open_staff_seat(self.phone, self.nurse)
        self.given = Given(self.district.register())
        self.seen = 0

    def write(self) -> None:
        """Put what was said since into the log."""
        for fact in self.given.facts[self.seen :]:
            self.district.write(fact.stream, fact.payload, device=self.phone, author=self.nurse)  # type: ignore[arg-type]
        self.seen = len(self.given.facts)

    @property
    def student(self) -> Student:
        facts = [fact_of_row(row) for row in self.district.rows]
        return fold(fact for fact in facts if fact is not None and fact.stream == f"student/{self.given.student}")

    async def file(self, of: Student | None = None) -> TransferFile:
        """The child's transfer file; or that of whatever is taken for one child."""
        district = self.district
        policy = policy_of(fact for fact in map(fact_of_row, district.rows) if fact is not None)
        return await make_transfer_file(
            district,  # type: ignore[arg-type]
            of or self.student,
            policy,
            district.now,
            district.name,
            district.vkey,
            district.sign_note,
        )


@pytest.fixture
def leaving() -> Leaving:
    """Complete for kindergarten, with much beside it that is nobody else's business."""
    child = Leaving()
    given = child.given
    given.enrolled("2021-09-07", kindergarten_term="2021-2022")
    for cvx, day in KINDER_DOSES:
        given.told_dose(cvx, day)
    given.add(AllergyRecorded(substance="walnuts of SECRET kind", anaphylaxis=False, told=PAPER))
    given.add(ContactsRecorded(contacts=(Contact(name="SECRET Aunt", relation="aunt"),)))
    given.add(
        ScreeningAnswered(
            clinic=ClinicId(child.district.make_id()),
            questionnaire="v1",
            answered_by="SECRET Parent",
            at="2026-09-01T14:00:00.000Z",
        )
    )
    given.add(
        RecordDisclosed(student=given.student, party="SECRET Agency", basis="subd. 7", what="all", on="2026-09-01")
    )
    child.write()
    return child


@pytest.fixture
async def bundle(leaving: Leaving, tmp_path: Path) -> Path:
    path = tmp_path / "file.zip"
    path.write_bytes((await leaving.file()).content)
    return path


@pytest.fixture
async def old(tmp_path: Path) -> Office:
    """A founded district with one school."""
    return await founded(tmp_path, "isd-900")


@pytest.fixture
async def new(tmp_path: Path) -> Office:
    return await founded(tmp_path, "isd-901")
