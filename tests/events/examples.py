"""One believable payload of every event type, for the tests that go through the whole catalogue."""

from events.catalog import cases as case
from events.catalog import clinics as clinic
from events.catalog import consents as consent
from events.catalog import devices as device
from events.catalog import disclosures as disclosure
from events.catalog import discrepancies as discrepancy
from events.catalog import doses as dose
from events.catalog import facilities as facility
from events.catalog import incidents as incident
from events.catalog import notices as notice
from events.catalog import people as person
from events.catalog import policy, stock
from events.catalog import retention as keep
from events.catalog import statements as statement
from events.catalog import students as student
from events.catalog import transfers as transfer
from events.catalog.event_type import Address, Giver, Payload, PersonName, Photo, Told
from events.ids import ClinicId, DeviceId, EventId, FacilityId, SeatId, StaffId, StudentId


def some_id(number: int) -> str:
    """A well-formed UUIDv7 that says which example it is."""
    return f"019a0000-0000-7000-8000-{number:012x}"


ADA, BEN = StudentId(some_id(1)), StudentId(some_id(2))
GYM, NURSE, PHONE = ClinicId(some_id(3)), StaffId(some_id(4)), DeviceId(some_id(5))
NORTH, SOUTH = FacilityId(some_id(6)), FacilityId(some_id(7))
EARLIER = EventId(some_id(8))
SEAT = SeatId(some_id(9))
DAY, LATER = "2026-11-21", "2027-02-28"
MOMENT = "2026-11-21T15:09:09.123Z"
DIGEST = "ab" * 32
SCHOOL = Address(lines=("1 North Street",), city="Duluth", state="MN", postal_code="55802")
PAPER = Told(source="paper", recorder="R. Clerk", detail="yellow card")
CHILD = PersonName(given="Ada", family="Østergård Nguyễn", middle="María")
INTERPRETER = consent.Interpreter(name="A. Warsame", mode="telephone", language="so")
PHOTO = Photo(sha256=DIGEST, size_bytes=120_000, sealed=DIGEST, key="5" * 64)

EXAMPLES: tuple[Payload, ...] = (
    student.StudentRegistered(
        name=CHILD,
        birth_date="2015-02",
        sex="female",
        identifiers=(student.Identifier(system="sis", value="40012"),),
        aliases=(PersonName(given="Addie", family="Nguyen"),),
        language="vi",
        told=PAPER,
    ),
    student.StudentCorrected(reason="birth certificate shown", birth_date="2015-02-28"),
    student.ContactsRecorded(
        contacts=(student.Contact(name="M. Nguyen", relation="mother", phone="218 555 0100", address=SCHOOL),)
    ),
    student.StudentLinked(other=BEN, evidence="same birth certificate"),
    student.StudentUnlinked(other=BEN, reason="twins"),
    student.EnrollmentBegan(
        facility=NORTH,
        kind="elementary",
        basis="full",
        first_day="2021-09-07",
        grade="K",
        kindergarten_term="2021-2022",
        expected_days=12,
        told=PAPER,
    ),
    student.EnrollmentEnded(facility=NORTH, last_day=DAY, reason="transfer", destination="Bemidji"),
    student.GradeAssigned(facility=NORTH, grade="7", from_day="2026-09-08", grade_7_term="2026-2027"),
    student.AllergyRecorded(substance="gelatin", anaphylaxis=True, told=PAPER),
    student.ContraindicationRecorded(reason="chemotherapy", told=PAPER, antigens=("measles",), until=LATER),
    student.ContraindicationLifted(event=EARLIER, reason="treatment over"),
    dose.DoseAdministered(
        cvx="03",
        given_on=DAY,
        lot="U1234AA",
        mvx="MSD",
        site="left_arm",
        route="SC",
        dose_ml=0.5,
        giver=Giver(name="N. Berg", title="RN", address=SCHOOL, staff=NURSE),
        expires_on=LATER,
        clinic=GYM,
        vis=(dose.VisGiven(document="MMR", edition="2025-01-31", given_on=DAY),),
        funding="vfc",
        warnings_overridden=("Given 3 days early: the physician was asked.",),
    ),
    dose.DoseRecorded(told=PAPER, cvx="20", given_on="2016-05", as_written="DTaP 5/16", source_key="a-77"),
    dose.DoseCorrected(event=EARLIER, reason="misread", given_on="2016-05-12", dose_ml=0.5),
    dose.DoseVoided(event=EARLIER, reason="another child's card"),
    dose.DoseNotGiven(clinic=GYM, cvx=("03", "21"), reason="unwell", on=DAY),
    dose.DoseVerified(event=EARLIER, agrees=True),
    dose.ReactionObserved(doses=(EARLIER,), began_at=MOMENT, description="hives", epinephrine_at=(MOMENT,)),
    dose.ReactionAssessed(event=EARLIER, report="required", recovered="yes", results=("emergency_room",)),
    dose.VaersReported(reaction=EARLIER, report_number="E-12", reported_on=DAY),
    dose.ObservationEnded(clinic=GYM, minutes=15, until=MOMENT),
    incident.IncidentOpened(dose=EARLIER, stops=("no consent",), reason="given by mistake", follow_up=("call home",)),
    incident.IncidentClosed(event=EARLIER, on=DAY, outcome="the parent was told and agreed"),
    statement.StatementReceived(
        kind="conscientious",
        signer="M. Nguyen",
        standing="parent",
        received_on=DAY,
        told=PAPER,
        notary=statement.Notary(name="P. Olson", on=DAY, remote=True),
        antigens=("varicella",),
        planned=(statement.PlannedDose(antigens=("polio",), on=LATER),),
        photo=PHOTO,
    ),
    statement.StatementChecked(event=EARLIER, outcome="rejected", findings=("Not notarized.",)),
    statement.StatementWithdrawn(event=EARLIER, by="M. Nguyen", on=DAY),
    statement.StatementForwarded(event=EARLIER, on=DAY, channel="mail"),
    consent.ConsentGiven(
        cvx=("03",),
        signer="M. Nguyen",
        standing="parent",
        form="verbal",
        on=DAY,
        clinic=GYM,
        listener="N. Berg",
        called_at=MOMENT,
        interpreter=INTERPRETER,
        photo=PHOTO,
    ),
    consent.ConsentRefused(
        cvx=("03",), signer="T. Nguyen", standing="parent", on=DAY, listener="A. Berg", called_at=MOMENT
    ),
    consent.ConsentWithdrawn(event=EARLIER, by="M. Nguyen", at=MOMENT, cvx=("03",), standing="parent"),
    consent.ConsentVoided(event=EARLIER, reason="the paper of another child"),
    consent.SayEnded(person="T. Nguyen", since=DAY, document="27-FA-26-1234, order of 1 September, seen"),
    consent.SayRestored(event=EARLIER, on=LATER, reason="order of 2 October"),
    consent.PacketGiven(recipient="M. Nguyen", version="2026", language="vi", channel="hand", on=DAY),
    consent.EligibilityStated(category="medicaid", on=DAY, said_by="M. Nguyen", clinic=GYM),
    consent.ScreeningAnswered(
        clinic=GYM, questionnaire="2026-1", answered_by="M. Nguyen", at=MOMENT, positive=("fever",)
    ),
    consent.ScreeningDecided(event=EARLIER, allowed=("03",), blocked=("111",), reason="mild cold"),
    clinic.ClinicPlanned(
        name="North gym", facility=NORTH, address=SCHOOL, on=DAY, opens="08:30", closes="15:00", vaccines=("03",)
    ),
    clinic.ClinicCancelled(reason="snow"),
    clinic.RosterAdded(students=(ADA, BEN)),
    clinic.RosterRemoved(students=(BEN,), reason="moved away"),
    clinic.ClinicStaffed(staff=((NURSE, "vaccinator"),)),
    clinic.OrderIssued(
        prescriber="Dr. L. Moe",
        cvx="03",
        valid_from=DAY,
        valid_to=LATER,
        dose_ml=0.5,
        route="SC",
        sites=("left_arm",),
        age_months_from=12,
    ),
    clinic.OrderWithdrawn(event=EARLIER, on=DAY, by="Dr. L. Moe", reason="a new order replaces it"),
    clinic.ProtocolSigned(prescriber="Dr. L. Moe", sha256=DIGEST, valid_to=LATER),
    clinic.EpinephrineChecked(
        kit=(clinic.Epinephrine(size="0.15 mg", pieces=2, expires_on=LATER),),
        at=MOMENT,
    ),
    clinic.PapersPacked(papers=("blank_forms", "roster", "protocol"), at=MOMENT),
    clinic.LackAccepted(lacking="storage", reason="a borrowed phone", at=MOMENT),
    clinic.SlipMarked(student=ADA, station="vaccinator", at=MOMENT, device=PHONE),
    clinic.ClinicCounted(
        counts=(clinic.LotCount(lot="U1234AB", loaded=1, given=1, wasted=0, drawn_not_given=0, returned=0),)
    ),
    clinic.ClinicCountersigned(event=EARLIER),
    clinic.ClinicClosed(
        at=MOMENT,
        signed_by=("N. Berg", "O. Lund"),
        counts=(clinic.LotCount(lot="U1234AA", loaded=10, given=7, wasted=1, drawn_not_given=0, returned=2),),
        not_seen=(BEN,),
    ),
    stock.StockLoaded(
        container="C1", cvx="03", mvx="MSD", lot="U1234AA", expires_on=LATER, doses=10, funding="vfc", ndc="00006"
    ),
    stock.StockWasted(lot="U1234AA", container="C1", doses=1, drawn=True, reason="dropped"),
    stock.StockReturned(lot="U1234AA", container="C1", doses=2),
    stock.StockEntryVoided(event=EARLIER, reason="another box"),
    stock.StockHeld(lots=("U1234AA",), why="excursion"),
    stock.StockCorrected(event=EARLIER, reason="typed wrongly", lot="U1234AB", expires_on=LATER, doses=9),
    stock.StockCleared(lots=("U1234AA",), authority="maker"),
    stock.StockBorrowed(lot="U1234AA", from_funding="vfc", to_funding="private", doses=1, reason="stock short"),
    stock.StockReplaced(event=EARLIER, on=LATER, lot="U1234AA"),
    stock.TemperatureRead(container="C1", at=MOMENT, celsius=4.5, occasion="start", minimum_celsius=3.9),
    transfer.TransferRequested(student=ADA, to="Bemidji", requested_by="B. Registrar", requested_on=DAY),
    transfer.TransferPrepared(
        student=ADA,
        bundle_sha256=DIGEST,
        bundle_bytes=90_000,
        events=31,
        withheld=4,
        log_size=1200,
        conscientious_included=False,
    ),
    transfer.TransferSent(
        student=ADA, bundle_sha256=DIGEST, to="Bemidji", sent_at=MOMENT, channel="portal", basis="34 CFR 99.31(a)(2)"
    ),
    transfer.TransferConfirmed(student=ADA, bundle_sha256=DIGEST, by="B. Registrar", on=DAY),
    transfer.TransferReceived(
        student=ADA,
        bundle_sha256=DIGEST,
        from_district="Bemidji",
        origin="log.example/isd-31/0",
        checkpoint="log.example/isd-31/0\n1\nAAAA\n",
        facts=12,
        doubts=("Two doses have no day.",),
    ),
    transfer.TransferCancelled(student=ADA, reason="stayed"),
    case.CaseOpened(
        student=ADA,
        antigens=("measles",),
        as_of=DAY,
        verdict="not_compliant",
        rule_set_sha256=DIGEST,
        log_size=1200,
    ),
    case.CaseClosed(reason="complete"),
    case.SourceChecked(student=ADA, source="registry", asked="MIIC", answer="nothing found", on=DAY),
    case.RecordReviewed(student=ADA, as_of=DAY, outcome="one dose short"),
    case.ObjectionVoiced(student=ADA, by="T. Nguyen", channel="phone", said="no", answered="form explained", on=DAY),
    case.ExclusionProposed(
        student=ADA, grounds="no measles dose", antigens=("measles",), evidence=(EARLIER,), proposed_for=LATER
    ),
    case.HearingOffered(at=MOMENT, place="Room 2", language="vi", how_told="letter"),
    case.HearingHeld(at=MOMENT, present=("T. Nguyen",), presided="S. Dahl", evidence=(EARLIER,)),
    case.HearingDeclined(on=DAY),
    case.DecisionMade(
        student=ADA,
        decider="S. Dahl",
        authority="superintendent",
        outcome="postpone",
        findings=("A dose is booked.",),
        clause="121A.15 subd. 1",
        antigens=("measles",),
        effective_on=LATER,
    ),
    case.ExclusionBegan(student=ADA, at=MOMENT, arrangement="mother came", conditions="a dose", language="vi"),
    case.ReadmissionRequested(student=ADA, at=MOMENT, brought=(EARLIER,)),
    case.StudentReadmitted(student=ADA, at=MOMENT, days_lost=3, reason="dose shown"),
    case.ReviewFound(element="E17", finding="met", reason="letter on file", evidence=(EARLIER,)),
    case.ProtectionRecorded(student=ADA, status="homeless", from_day=DAY),
    case.ProtectionEnded(event=EARLIER, student=ADA, on=LATER),
    notice.TemplatePublished(
        template="first notice",
        version=2,
        language="es",
        sha256=DIGEST,
        same_page=True,
        requirement_points=11.0,
        exemption_points=11.5,
    ),
    notice.NoticeSent(
        student=ADA,
        template="first notice",
        version=2,
        language="es",
        paper_sha256=DIGEST,
        deficiencies=("One dose against measles.",),
        addressee="M. Nguyen",
        channel="mail",
        sent_at=MOMENT,
        address=SCHOOL,
    ),
    notice.NoticeDelivered(event=EARLIER, at=MOMENT, how_known="signed for"),
    notice.NoticeReturned(event=EARLIER, at=MOMENT, reason="moved"),
    notice.NoticeAcknowledged(event=EARLIER, by="M. Nguyen", at=MOMENT),
    disclosure.RecordViewed(
        staff=NURSE, ground="care", viewings=(disclosure.Viewing(student=ADA, at=MOMENT, part="history"),)
    ),
    disclosure.RecordRequested(student=ADA, party="M. Nguyen", ground="parent", on=DAY),
    disclosure.RecordDisclosed(student=ADA, party="Clinic", basis="consent", what="doses", on=DAY, sha256=DIGEST),
    disclosure.DisclosureConsented(
        student=ADA, signer="M. Nguyen", party="MIIC", what="doses", on=DAY, standing="parent", language="es"
    ),
    disclosure.DisclosureRevoked(event=EARLIER, on=DAY, by="M. Nguyen"),
    disclosure.StaffListed(staff=NURSE, facility=NORTH, people=(NURSE,), at=MOMENT, device=PHONE),
    discrepancy.DiscrepancySettled(kind="duplicate_dose", events=(EARLIER,), reason="given twice, on two days"),
    keep.HoldPlaced(student=ADA, reason="litigation", authority="counsel", from_day=DAY),
    keep.HoldReleased(event=EARLIER, student=ADA, on=LATER, reason="settled"),
    keep.DestructionProposed(
        student=ADA, earliest_on="2038-03-02", computation="18th birthday + 5 years + 1 day", proposed_by=NURSE
    ),
    keep.DestructionApproved(event=EARLIER, student=ADA, approved_by=NURSE),
    keep.DestructionRequested(student=ADA, approval=EARLIER),
    keep.DestructionCompleted(
        student=ADA, events_destroyed=31, backups_expire_on=LATER, unconfirmed_devices=(PHONE,), recipients=("Bemidji",)
    ),
    person.StaffRegistered(name="N. Berg", title="RN", address=SCHOOL, login="berg"),
    person.StaffCorrected(title="PHN", reason="promoted"),
    person.StaffLeft(on=DAY),
    person.RoleGranted(role="nurse", clinic=GYM),
    person.RoleRevoked(role="nurse", clinic=GYM),
    person.AccessRefused(attempted="sign in", code="wrong-password", message="The password is wrong.", place="web"),
    device.DeviceEnrolled(kind="phone", label="Clinic phone 3", program="0.1.0"),
    device.DeviceClosed(last_seq=41, reason="lost"),
    device.SeatOpened(seat=SEAT, author=NURSE, public_key=DIGEST),
    device.SeatClosed(seat=SEAT, author=NURSE, public_key=DIGEST, reason="left"),
    device.ForkFound(device=PHONE, seq=7, held=DIGEST, other="cd" * 32),
    device.RowHealed(position=7, event_hash=DIGEST, damage="the row does not open", from_device=PHONE),
    device.SubmissionQuarantined(
        submission=DIGEST, reason="unknown_seat", detail="No seat has this key.", owner="records", from_device=PHONE
    ),
    device.SubmissionAssigned(submission=DIGEST, owner="records", staff=NURSE, by=NURSE),
    device.SubmissionReleased(submission=DIGEST, event=EARLIER, reason="seat found", by=NURSE),
    device.SubmissionClosed(submission=DIGEST, reason="entered by hand", by=NURSE),
    device.ReceiptPresented(event_hash=DIGEST, receipt="c2sp.org/tlog-proof@v1\n"),
    device.EpochOpened(old_checkpoint="log.example/isd-900/0\n9\nAAAA\n", survived=7, reason="disk lost"),
    device.AlarmAccepted(kind="rollback", about="1", reason="the disk was replaced", by=NURSE),
    device.LogKeySucceeded(old_key="log+1+AAAA", new_key="log+2+BBBB", signature="CCCC"),
    facility.FacilityOpened(name="North School", kind="elementary", address=SCHOOL, grades=("K", "1", "2")),
    facility.FacilityCorrected(phone="218 555 0199"),
    facility.FacilityClosed(on=DAY, successor=SOUTH),
    policy.DistrictFounded(
        name="ISD 900", kind="school_district", time_zone="America/Chicago", log_key="log+1+AAAA", sealing_key=DIGEST
    ),
    policy.PolicyAdopted(value=policy.TransferGrace(days=30), effective_from=DAY, authority="board"),
    policy.SuspensionIssued(antigens=("hib",), effective_from=DAY, effective_to=LATER, order="26-1"),
    policy.ReportFiled(report="AISR", school_year="2026-2027", sha256=DIGEST, log_size=9, filed_on=DAY),
)
