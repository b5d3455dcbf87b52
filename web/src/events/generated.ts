// Generated from the event catalogue (events/catalog) by `python -m docs.generate`. Do not edit.

export const STREAM_KINDS = ["student", "clinic", "case", "transfer", "facility", "staff", "device", "access", "district"] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export const ROLES = ["nurse", "health_office", "records", "administrator", "auditor", "agency", "district_admin", "system"] as const;
export type Role = (typeof ROLES)[number];

/** A district's short name: a lower-case slug of at most 40 characters. */
export type DistrictId = string;

export type EventId = string;

export type StudentId = string;

export type ClinicId = string;

export type StaffId = string;

export type DeviceId = string;

export type SeatId = string;

export type FacilityId = string;

export type TransferId = string;

/** `kind/id`, or `access/<staff>/<YYYY-MM>`, or `district`. */
export type Stream = string;

/** Where an event stands in its district's log: 0, 1, 2 … */
export type Position = number;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Hash = string;

/** Words of a person, up to 4,000 characters. */
export type Text = string;

/** As `Text`, or empty where there is nothing to say. */
export type Note = string;

/** One reason, finding or warning of a list, up to 1,000 characters. */
export type Sentence = string;

/** A name of a person, place or thing, up to 200 characters. */
export type Name = string;

/** A short text as written, up to 254 characters (the longest e-mail address); empty where there is none. */
export type Label = string;

/** A signed note, receipt or key, verbatim, up to 16,000 characters. */
export type SignedText = string;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Sha256 = string;

/** 256 bits of a key, as 64 lower-case hexadecimal digits. */
export type Key256 = string;

/** A staff id, or `system`. */
export type AuthorId = string;

/** A whole day, `YYYY-MM-DD`, without a time zone: the calendar day where it happened. */
export type CivilDate = string;

/** A date as it was written: `YYYY-MM-DD`, or only `YYYY-MM` or `YYYY`. */
export type WrittenDate = string;

/** A moment in UTC with milliseconds, `2026-11-21T01:09:09.123Z`. */
export type Instant = string;

/** Hours and minutes on the district's clock, `08:30`; empty where nobody said. */
export type ClockTime = string;

/** A school year, `2006-2007`; empty where nobody said. */
export type SchoolYear = string;

/** CDC's code of a vaccine as given, with leading zeroes (`03` is MMR). */
export type Cvx = string;

/** CDC's code of a manufacturer. */
export type Mvx = string;

/** Volume of one dose in millilitres. */
export type DoseMl = number;

/** How many, from 0; below 2^53, so that every language counts alike. */
export type Count = number;

/** What a vaccine protects against, and what a rule asks for. */
export type Antigen = "diphtheria" | "tetanus" | "pertussis" | "polio" | "measles" | "mumps" | "rubella" | "hib" | "hepatitis_b" | "hepatitis_a" | "varicella" | "pneumococcal" | "meningococcal" | "influenza" | "hpv" | "rotavirus" | "covid_19";

/** A BCP 47 language tag: `en`, `es`, `so`. */
export type Language = string;

/**
 * What the law distinguishes: schools (`school` where one building holds both levels), child care, the
 * superintendent's file for home school, and a school attended by computer only (121A.15 subd. 9, 3(g)).
 */
export type FacilityKind = "elementary" | "secondary" | "school" | "child_care" | "family_child_care" | "home_school" | "online_school";

/** `PREK`, `PREK_SPED`, `K`, `1` to `12`, `UNGRADED` or `POST`. */
export type Grade = string;

/** Where on the body; `arm` where the source says no more. */
export type Site = "left_deltoid" | "right_deltoid" | "left_thigh" | "right_thigh" | "left_arm" | "right_arm" | "mouth" | "nose" | "other";

/** Into muscle, under the skin, into the skin, by mouth, by nose. */
export type Route = "IM" | "SC" | "ID" | "PO" | "NASAL" | "other";

/** A lot number as printed, up to 40 characters. */
export type LotNumber = string;

/** The number beneath the code of a blank form: eight digits and their check; empty where there was no form. */
export type FormNumber = string;

/** An answer a form asks for. */
export type YesNo = "yes" | "no" | "unknown";

/** What became of a reaction: item 21 of form VAERS 2.0. */
export type ReactionResult = "office_visit" | "emergency_room" | "hospital" | "longer_hospital" | "life_threatening" | "disability" | "died" | "birth_defect" | "none";

/** Item 24 of form VAERS 2.0. */
export type Race = "american_indian" | "asian" | "black" | "pacific_islander" | "white" | "unknown" | "other";

/** Item 25 of form VAERS 2.0. */
export type Ethnicity = "hispanic" | "not_hispanic" | "unknown";

/** Item 27 of form VAERS 2.0; empty for who has none. */
export type MilitaryStatus = "active_duty" | "reserve" | "national_guard" | "beneficiary" | "other" | "";

/** `immunization`: subd. 1(1), 2 or 4; `in_process`: subd. 1(2); the rest are exemptions of subd. 3. */
export type StatementKind = "immunization" | "in_process" | "medical" | "laboratory" | "disease_history" | "conscientious";

/** In what standing somebody signed. */
export type Standing = "physician" | "public_clinic" | "parent" | "emancipated" | "health_care_provider" | "other";

/**
 * Who pays for a child's vaccine. Vaccines for Children covers the first four through 18 years of age: Medical
 * Assistance, MinnesotaCare or a prepaid plan; no insurance; American Indian or Alaska Native; insured without vaccines
 * and seen at an FQHC, RHC, local public health, IHS or tribal clinic. `underinsured` is one seen elsewhere.
 */
export type EligibilityCategory = "medicaid" | "uninsured" | "american_indian_alaska_native" | "underinsured_public_clinic" | "underinsured" | "insured" | "unknown";

/** A place of work at a clinic. */
export type Station = "check_in" | "screening" | "vaccinator" | "scribe" | "observer" | "lead";

/** An age in whole months. */
export type AgeMonths = number;

/** Doses counted of one lot, from 0. */
export type LotDoses = number;

/** A container's name in a count, its first 40 characters; empty where it is not known. */
export type ContainerName = string;

/** A number of doses, from 1. */
export type Doses = number;

/** Degrees Celsius. */
export type Celsius = number;

/** Who paid for the vaccine; `vfc` is Vaccines for Children. */
export type Funding = "private" | "vfc" | "state" | "other";

/** A font size in points. */
export type Points = number;

export type DiscrepancyKind = "duplicate_dose" | "dose_before_birth" | "dose_in_the_future" | "dose_against_consent" | "dose_without_standing" | "dose_against_contraindication" | "dose_under_withdrawn_order" | "dose_of_held_lot" | "form_entered_twice" | "check_of_withdrawn_paper" | "conflicting_corrections" | "conflicting_demographics" | "same_child_twice" | "written_while_linked" | "clock_skew" | "reaction_not_reported" | "copy_not_verified";

/** A raw Ed25519 or X25519 public key, hexadecimal. */
export type PublicKey = string;

/** A disease or vaccine in the record's own words (`hpv`, `hepatitis_a`). */
export type Recommended = string;

/** What can be decided; the field `type` says which. */
export type PolicyValue = TransferGrace | TimeZone | ConscientiousInTransfer | RuleSetAdopted | Reading | ExclusionSchedule | RetentionSchedule | RecommendedList;

/** A name as the person writes it; `family` may hold several words. */
export interface PersonName {
  readonly given: Name;
  readonly family: Name;
  /** Absent means `""`. */
  readonly middle?: Label;
  /** Absent means `""`. */
  readonly suffix?: Label;
}

/** A number the child carries elsewhere: `sis` (roster source), `state` (MARSS), `registry` (MIIC). */
export interface Identifier {
  readonly system: Name;
  readonly value: Name;
}

/** Where a historical fact comes from and who wrote it down (S3, Att 2: source and recorder's initials). */
export interface Told {
  readonly source: "paper" | "registry" | "other_school" | "parent" | "clinic_record" | "import_file";
  readonly recorder: Name;
  /**
   * For an import: the file's name and line. For a paper: what kind.
   * Absent means `""`.
   */
  readonly detail?: Note;
}

/** A postal address in the United States, or `lines` alone for any other. */
export interface Address {
  readonly lines: readonly Name[];
  /** Absent means `""`. */
  readonly city?: Label;
  /** Absent means `""`. */
  readonly state?: Label;
  /** Absent means `""`. */
  readonly postal_code?: Label;
}

/** A parent, guardian or other person to call; `phone` as dialled. */
export interface Contact {
  readonly name: Name;
  readonly relation: Name;
  /** Absent means `""`. */
  readonly phone?: Label;
  /** Absent means `""`. */
  readonly email?: Label;
  /** Absent means `"en"`. */
  readonly language?: Language;
  readonly address?: Address | null;
}

/** Who gave a vaccine: name, title and address, copied into the dose (42 U.S.C. 300aa-25(a)(4)). */
export interface Giver {
  readonly name: Name;
  readonly title: Name;
  readonly address: Address;
  readonly staff?: StaffId | null;
}

/** One Vaccine Information Statement handed over: its edition and the day (42 U.S.C. 300aa-26). */
export interface VisGiven {
  readonly document: Name;
  readonly edition: CivilDate;
  readonly given_on: CivilDate;
}

/** Who notarized, when, and whether in person or remotely. */
export interface Notary {
  readonly name: Name;
  readonly on: CivilDate;
  readonly commission_expires?: CivilDate | null;
  /** Absent means `false`. */
  readonly remote?: boolean;
}

/** A dose still to come on an in-process statement. Missing it is a reminder, never a verdict. */
export interface PlannedDose {
  readonly antigens: readonly Antigen[];
  readonly on: CivilDate;
}

/**
 * A paper's picture: SHA-256 and size in bytes of its plain content; it travels apart, sealed (docs/sync.md).
 *
 * The key lies in this event and nowhere else: whoever cannot open the event cannot open the picture, and what
 * destroys the event's stream destroys both.
 */
export interface Photo {
  readonly sha256: Sha256;
  readonly size_bytes: number;
  /** SHA-256 of the bytes that travel and are kept, and the name they are asked for by. */
  readonly sealed?: Sha256 | null;
  /** AES-256-GCM, made for this one picture. */
  readonly key?: Sha256 | null;
}

/** Who interpreted (name or number), how, and in which language; never the child. */
export interface Interpreter {
  readonly name: Name;
  readonly mode: "in_person" | "telephone" | "video";
  readonly language: Language;
}

/** One paper of the packet with its edition: requirements and exemptions, the recommended list, or one VIS. */
export interface PacketPart {
  readonly kind: "requirements" | "recommended" | "vis";
  readonly document: Name;
  readonly edition: CivilDate;
}

/** Auto-injectors of one strength (milligrams a dose), or vials of 1 mg/mL, as they lie in the kit. */
export interface Epinephrine {
  readonly size: "0.1 mg" | "0.15 mg" | "0.3 mg" | "1 mg/mL";
  readonly pieces: number;
  readonly expires_on: CivilDate;
}

/** Doses of one lot in one container of one fund: loaded = given + wasted + drawn_not_given + returned. */
export interface LotCount {
  readonly lot: LotNumber;
  readonly loaded: LotDoses;
  readonly given: LotDoses;
  readonly wasted: LotDoses;
  readonly drawn_not_given: LotDoses;
  readonly returned: LotDoses;
  /** Absent means `""`. */
  readonly container?: ContainerName;
  /** Absent means `""`. */
  readonly funding?: "private" | "vfc" | "state" | "other" | "";
}

/** Consents that came in, one per child and vaccine: consents = given + not_given + open. */
export interface ConsentCount {
  readonly consents: LotDoses;
  readonly given: LotDoses;
  readonly not_given: LotDoses;
  readonly open: LotDoses;
}

/** One look at one child's record; `part` names the screen or command. */
export interface Viewing {
  readonly student: StudentId;
  readonly at: Instant;
  readonly part: Name;
}

/** Days a transferred child may attend while papers follow. */
export interface TransferGrace {
  readonly type: "transfer_grace";
  readonly days: number;
}

/** The civil day of the district: an IANA zone. */
export interface TimeZone {
  readonly type: "time_zone";
  readonly name: Name;
}

/** Whether conscientious statements travel in a transfer file (law, 3.3: counsel decides). */
export interface ConscientiousInTransfer {
  readonly type: "conscientious_in_transfer";
  readonly included: boolean;
}

/** A revision of a rule set, by its SHA-256, and the named person who approved it. */
export interface RuleSetAdopted {
  readonly type: "rule_set";
  readonly rule_set: Name;
  readonly revision: Count;
  readonly sha256: Sha256;
  readonly approved_by: Name;
}

/** How an ambiguity (`A-03`) is read here, where the rule set offers a choice. */
export interface Reading {
  readonly type: "reading";
  readonly ambiguity: string;
  readonly choice: Name;
}

/** The suggested schedule of 1988 (S3 Q14) is adopted, or not. */
export interface ExclusionSchedule {
  readonly type: "exclusion_schedule";
  readonly adopted: boolean;
}

/** An approved schedule for a class of record that the sources give no period for. */
export interface RetentionSchedule {
  readonly type: "retention_schedule";
  readonly record: "administered_dose" | "child_care_file";
  readonly years_after_last_entry: number;
  readonly approved_by: Name;
}

/** An edition of the commissioner's list of recommended immunizations, and where it was read (121A.15 subd. 3a). */
export interface RecommendedList {
  readonly type: "recommended_list";
  readonly edition: CivilDate;
  readonly document: Name;
  readonly vaccines: readonly Recommended[];
  /** The address it was read at, or where the paper lies. */
  readonly source: Text;
  readonly read_on: CivilDate;
  /** Who compared what stands here with the commissioner's own words. */
  readonly compared_by: Name;
}

// --- students ---

/**
 * A child became known to the district, by roster file, walk-in or transfer.
 *
 * `birth_date` may be partial only where a paper is all there is; a verdict then says `review`.
 */
export interface StudentRegistered {
  readonly name: PersonName;
  readonly birth_date: WrittenDate;
  /** Absent means `"unknown"`. */
  readonly sex?: "female" | "male" | "unknown";
  /** Absent means `[]`. */
  readonly identifiers?: readonly Identifier[];
  /** Absent means `[]`. */
  readonly aliases?: readonly PersonName[];
  /** Absent means `"en"`. */
  readonly language?: Language;
  readonly told?: Told | null;
}

/** Who the child is was written wrongly or has changed: only the fields that differ are present. */
export interface StudentCorrected {
  readonly reason: Text;
  readonly name?: PersonName | null;
  readonly birth_date?: WrittenDate | null;
  readonly sex?: "female" | "male" | "unknown" | null;
  readonly identifiers?: readonly Identifier[] | null;
  readonly language?: Language | null;
  readonly told?: Told | null;
}

/** The people to reach about this child, whole: it replaces the list before it. */
export interface ContactsRecorded {
  readonly contacts: readonly Contact[];
}

/** This stream and another turned out to be one child. Moves nothing; undone by `student.unlinked`. */
export interface StudentLinked {
  readonly other: StudentId;
  readonly evidence: Text;
  readonly by?: StaffId | null;
}

/** A link was wrong: each event stays where it was written. */
export interface StudentUnlinked {
  readonly other: StudentId;
  readonly reason: Text;
  readonly by?: StaffId | null;
}

/**
 * A child began to attend a facility. Clocks count from `first_day`, the first day attended.
 *
 * `kind` copies the facility's kind so that the child's own stream decides its verdict.
 * `file_holder` names the one facility that keeps the file where two share a child.
 * `transferred_from` and `transferred_on` start the transfer grace (121A.15 subd. 5);
 * `first_minnesota_enrollment` keeps an 18-month clock that a move does not restart.
 */
export interface EnrollmentBegan {
  readonly facility: FacilityId;
  readonly kind: FacilityKind;
  readonly basis: "full" | "part" | "shared" | "home_school" | "nonresident_online" | "crisis_nursery" | "short_stay";
  readonly first_day: CivilDate;
  readonly grade: Grade;
  /**
   * School year of kindergarten entry, `2006-2007`; decides hepatitis B from the 2000-2001 term.
   * Absent means `""`.
   */
  readonly kindergarten_term?: SchoolYear;
  /** Absent means `""`. */
  readonly grade_7_term?: SchoolYear;
  readonly file_holder?: FacilityId | null;
  /** Absent means `""`. */
  readonly transferred_from?: Label;
  readonly transferred_on?: CivilDate | null;
  readonly first_minnesota_enrollment?: CivilDate | null;
  /**
   * The class within the grade, as the school calls it.
   * Absent means `""`.
   */
  readonly classroom?: Label;
  /**
   * A child with a disability who receives special instruction (121A.15 subd. 9(a)).
   * Absent means `false`.
   */
  readonly special_instruction?: boolean;
  /** Days of a planned short stay. */
  readonly expected_days?: Count | null;
  readonly told?: Told | null;
}

/** A child left a facility: starts the 30-day transfer-out clock, request or none (121A.15 subd. 7). */
export interface EnrollmentEnded {
  readonly facility: FacilityId;
  readonly last_day: CivilDate;
  readonly reason: "transfer" | "graduated" | "withdrew" | "moved_up" | "other";
  /** Absent means `""`. */
  readonly destination?: Label;
  /** Day the child moved to the next school, when it is not `last_day`. */
  readonly transfer_on?: CivilDate | null;
}

/** The grade attended from a day on, at the enrollment's facility. */
export interface GradeAssigned {
  readonly facility: FacilityId;
  readonly grade: Grade;
  readonly from_day: CivilDate;
  /** Absent means `""`. */
  readonly kindergarten_term?: SchoolYear;
  /** Absent means `""`. */
  readonly grade_7_term?: SchoolYear;
  /** Absent means `""`. */
  readonly classroom?: Label;
  readonly told?: Told | null;
}

/** An allergy someone told us of; `anaphylaxis` to a component stops the vaccines that hold it. */
export interface AllergyRecorded {
  readonly substance: Name;
  readonly anaphylaxis: boolean;
  readonly told: Told;
}

/** A clinical reason not to give some vaccines, until a day or for good. It exempts from nothing by itself. */
export interface ContraindicationRecorded {
  readonly reason: Text;
  readonly told: Told;
  /** Absent means `[]`. */
  readonly antigens?: readonly Antigen[];
  /** Absent means `[]`. */
  readonly cvx?: readonly Cvx[];
  readonly until?: CivilDate | null;
}

/** An allergy or contraindication no longer stands. */
export interface ContraindicationLifted {
  readonly event: EventId;
  readonly reason: Text;
}

// --- doses ---

/** A vaccine given by our own staff, with what 42 U.S.C. 300aa-25 asks to be kept for good. */
export interface DoseAdministered {
  readonly cvx: Cvx;
  readonly given_on: CivilDate;
  readonly lot: LotNumber;
  readonly mvx: Mvx;
  readonly site: Site;
  readonly route: Route;
  readonly dose_ml: DoseMl;
  readonly giver: Giver;
  readonly expires_on?: CivilDate | null;
  readonly clinic?: ClinicId | null;
  /**
   * The box it was taken from, as its stock was loaded.
   * Absent means `""`.
   */
  readonly container?: Label;
  /** Absent means `""`. */
  readonly product?: Label;
  /** Absent means `[]`. */
  readonly vis?: readonly VisGiven[];
  /** Absent means `""`. */
  readonly funding?: "private" | "vfc" | "state" | "other" | "";
  /** The standing order it was given under. */
  readonly order?: EventId | null;
  readonly consent?: EventId | null;
  /** Absent means `""`. */
  readonly scribe?: Label;
  /** The true moment, where it was written down later than given. */
  readonly given_at?: Instant | null;
  /**
   * Copied afterwards from the clinic's paper form by the scribe; a second person verifies it.
   * Absent means `false`.
   */
  readonly from_paper?: boolean;
  /**
   * Which form it was copied from: a form is entered once.
   * Absent means `""`.
   */
  readonly paper_form?: FormNumber;
  /**
   * What the screen warned of, and the reason the giver had, one sentence each.
   * Absent means `[]`.
   */
  readonly warnings_overridden?: readonly Sentence[];
}

/**
 * A historical dose: somebody says it was given elsewhere.
 *
 * `given_on` is absent where the source has only a tick. `cvx` is absent where the source's words
 * could not be understood; `as_written` keeps them either way.
 */
export interface DoseRecorded {
  readonly told: Told;
  readonly cvx?: Cvx | null;
  readonly given_on?: WrittenDate | null;
  /** Absent means `""`. */
  readonly as_written?: Note;
  /** Absent means `""`. */
  readonly lot?: Label;
  /** Absent means `""`. */
  readonly mvx?: Label;
  /** Absent means `""`. */
  readonly provider?: Label;
  /**
   * The source's own number of this dose, by which a second import finds it again.
   * Absent means `""`.
   */
  readonly source_key?: Label;
  /** The statement it stands on. */
  readonly statement?: EventId | null;
}

/** A dose was written down wrongly: the fields present replace those of the event named. */
export interface DoseCorrected {
  readonly event: EventId;
  readonly reason: Text;
  readonly cvx?: Cvx | null;
  readonly given_on?: WrittenDate | null;
  readonly lot?: Label | null;
  readonly mvx?: Label | null;
  readonly site?: Site | null;
  readonly route?: Route | null;
  readonly dose_ml?: DoseMl | null;
  readonly expires_on?: CivilDate | null;
  readonly told?: Told | null;
}

/**
 * A dose on record never happened, or belongs to another child; or a word that none was given was wrong.
 *
 * The event named stays visible and counts for nothing.
 */
export interface DoseVoided {
  readonly event: EventId;
  readonly reason: Text;
}

/** A child came, or should have come, and a vaccine was not given. */
export interface DoseNotGiven {
  readonly clinic: ClinicId;
  readonly cvx: readonly Cvx[];
  readonly reason: "refused" | "absent" | "unwell" | "contraindicated" | "no_consent" | "no_stock" | "already_given" | "other";
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly note?: Note;
  /**
   * The paper form it was copied from.
   * Absent means `""`.
   */
  readonly paper_form?: FormNumber;
}

/** A second person compared a back-entered dose with its paper. */
export interface DoseVerified {
  readonly event: EventId;
  readonly agrees: boolean;
  /** Absent means `""`. */
  readonly note?: Note;
}

/** Something happened after a dose. `began_at` in UTC; treatment as told in `care`. */
export interface ReactionObserved {
  readonly doses: readonly EventId[];
  readonly began_at: Instant;
  readonly description: Text;
  /** Absent means `""`. */
  readonly care?: Note;
  /** Absent means `[]`. */
  readonly epinephrine_at?: readonly Instant[];
  readonly emergency_called_at?: Instant | null;
  readonly handed_over_at?: Instant | null;
  readonly parent_called_at?: Instant | null;
  /** Absent means `""`. */
  readonly outcome?: Note;
}

/**
 * What a report of a reaction asks beyond the first note; the latest stands.
 *
 * The comments name the items of form VAERS 2.0. Its other items (who, when, vaccines, allergies, doses of the
 * month before) are read off the record.
 */
export interface ReactionAssessed {
  readonly event: EventId;
  /** Required: in the table of reportable events, or listed by the maker as a contraindication. */
  readonly report: "required" | "encouraged" | "not_needed";
  /**
   * Item 8.
   * Absent means `"unknown"`.
   */
  readonly pregnant?: YesNo;
  /**
   * Item 9: what was taken at the time.
   * Absent means `""`.
   */
  readonly medications?: Note;
  /**
   * Item 11: ill then, or up to a month before.
   * Absent means `""`.
   */
  readonly illnesses?: Note;
  /**
   * Item 12: lasting conditions.
   * Absent means `""`.
   */
  readonly conditions?: Note;
  /**
   * Item 14: whom to ask about the reaction, and the phone.
   * Absent means `""`.
   */
  readonly doctor?: Note;
  /**
   * Item 19: tests and their results.
   * Absent means `""`.
   */
  readonly tests?: Note;
  /**
   * Item 20.
   * Absent means `"unknown"`.
   */
  readonly recovered?: YesNo;
  /**
   * Item 21.
   * Absent means `[]`.
   */
  readonly results?: readonly ReactionResult[];
  /**
   * Item 21: name, city, state.
   * Absent means `""`.
   */
  readonly hospital?: Note;
  readonly hospital_days?: number | null;
  readonly died_on?: CivilDate | null;
  /**
   * Item 23: after which vaccine, at what age.
   * Absent means `""`.
   */
  readonly earlier_reactions?: Note;
  /**
   * Item 22: vaccines of the month before that are not on this record.
   * Absent means `""`.
   */
  readonly other_vaccines?: Note;
  /**
   * Item 24, as the family says.
   * Absent means `[]`.
   */
  readonly race?: readonly Race[];
  /**
   * Item 25, as the family says.
   * Absent means `"unknown"`.
   */
  readonly ethnicity?: Ethnicity;
  /**
   * Item 26: the immunization project's own number, which only a health department fills in.
   * Absent means `""`.
   */
  readonly project_number?: Label;
  /**
   * Item 27: for who is in the armed forces or a dependant.
   * Absent means `""`.
   */
  readonly military_status?: MilitaryStatus;
  /**
   * Item 28: vaccinated at a military site.
   * Absent means `"no"`.
   */
  readonly military_site?: YesNo;
  /** Absent means `""`. */
  readonly note?: Note;
}

/** A report to the Vaccine Adverse Event Reporting System (42 U.S.C. 300aa-25(b)). */
export interface VaersReported {
  readonly reaction: EventId;
  readonly report_number: Name;
  readonly reported_on: CivilDate;
}

/** The child was watched for 15 or 30 minutes after a dose and left. */
export interface ObservationEnded {
  readonly clinic: ClinicId;
  readonly minutes: number;
  readonly until: Instant;
  /** Absent means `""`. */
  readonly note?: Note;
}

// --- incidents ---

/** A dose was given against a stop: `stops` says which, `follow_up` what must now be done, one sentence each. */
export interface IncidentOpened {
  readonly dose: EventId;
  readonly stops: readonly Sentence[];
  readonly reason: Text;
  readonly follow_up: readonly Sentence[];
}

/** The follow-up of an incident was done, on the day named, with this outcome. */
export interface IncidentClosed {
  readonly event: EventId;
  readonly on: CivilDate;
  readonly outcome: Text;
  readonly by?: StaffId | null;
}

// --- statements ---

/**
 * A paper reached the school on `received_on`. `antigens` empty means all of them.
 *
 * `filed_here` is false for one that came with a transfer file.
 */
export interface StatementReceived {
  readonly kind: StatementKind;
  readonly signer: Name;
  readonly standing: Standing;
  readonly received_on: CivilDate;
  readonly told: Told;
  readonly signed_on?: CivilDate | null;
  /** Absent means `true`. */
  readonly signed?: boolean;
  readonly notary?: Notary | null;
  /** Absent means `[]`. */
  readonly antigens?: readonly Antigen[];
  /** Absent means `[]`. */
  readonly planned?: readonly PlannedDose[];
  /**
   * When the disease was, as written (disease history).
   * Absent means `""`.
   */
  readonly disease_on?: Label;
  readonly photo?: Photo | null;
  /** Absent means `true`. */
  readonly filed_here?: boolean;
}

/** A person compared the paper with what the law asks of it. */
export interface StatementChecked {
  readonly event: EventId;
  readonly outcome: "accepted" | "rejected";
  /** Absent means `[]`. */
  readonly findings?: readonly Sentence[];
  /**
   * How and when the parent was told of a rejection.
   * Absent means `""`.
   */
  readonly told_parent?: Note;
}

/** Whoever filed the paper took it back, from `on`; it acted until then. */
export interface StatementWithdrawn {
  readonly event: EventId;
  readonly by: Name;
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** A conscientious statement was sent to the commissioner of health (subd. 3(d)); no other kind may be. */
export interface StatementForwarded {
  readonly event: EventId;
  readonly on: CivilDate;
  readonly channel: Name;
}

// --- consents ---

/** Somebody with standing allowed these vaccines, for one clinic or until a day. */
export interface ConsentGiven {
  readonly cvx: readonly Cvx[];
  readonly signer: Name;
  /** `student`: a minor, whose yes ends their own no and allows hepatitis B alone (Minn. Stat. 144.3441). */
  readonly standing: "parent" | "guardian" | "emancipated" | "student_adult" | "student" | "other";
  readonly form: "paper" | "verbal" | "electronic";
  readonly on: CivilDate;
  readonly clinic?: ClinicId | null;
  readonly until?: CivilDate | null;
  /** Absent means `""`. */
  readonly listener?: Label;
  readonly called_at?: Instant | null;
  readonly interpreter?: Interpreter | null;
  /**
   * A separate written permission to share with the state registry, as it was once ticked on a paper consent.
   * It is a paper of its own now: `disclosure.consented`.
   * Absent means `false`.
   */
  readonly registry_sharing?: boolean;
  readonly photo?: Photo | null;
}

/** Somebody with standing said no to these vaccines. Against another's yes it blocks until settled. */
export interface ConsentRefused {
  readonly cvx: readonly Cvx[];
  readonly signer: Name;
  readonly standing: "parent" | "guardian" | "emancipated" | "student_adult" | "student" | "other";
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly note?: Note;
  /**
   * Who heard it, where it was said by voice.
   * Absent means `""`.
   */
  readonly listener?: Label;
  readonly called_at?: Instant | null;
  readonly interpreter?: Interpreter | null;
}

/** A consent given earlier no longer holds, from the moment named. */
export interface ConsentWithdrawn {
  readonly event: EventId;
  readonly by: Name;
  readonly at: Instant;
  /** Absent means `""`. */
  readonly listener?: Label;
  /**
   * The vaccines it is taken back for; the whole consent where none is named.
   * Absent means `[]`.
   */
  readonly cvx?: readonly Cvx[];
  /**
   * Of whoever takes it back; that of the consent where nobody said.
   * Absent means `""`.
   */
  readonly standing?: "parent" | "guardian" | "emancipated" | "student_adult" | "student" | "other" | "";
}

/**
 * A word on consent was a mistake of whoever wrote it down: another child's form, a paper entered twice.
 *
 * `event` is a consent given, refused or taken back, a say that ended or came back, or a permission to share: it
 * stays visible and counts for nothing. Naming another voiding it undoes that: the word was right after all.
 */
export interface ConsentVoided {
  readonly event: EventId;
  readonly reason: Text;
  /** Who said so in the office; on a phone it is the author. */
  readonly by?: StaffId | null;
}

/** A court left somebody without a say for this child: from a day on neither their yes nor their no counts. */
export interface SayEnded {
  /** As they sign. */
  readonly person: Name;
  readonly since: CivilDate;
  /** What shows it: court, file number, date, and who saw it. */
  readonly document: Text;
  readonly by?: StaffId | null;
}

/** They have a say again from a day on. Where they never lost it, that is the day it was said to have ended. */
export interface SayRestored {
  readonly event: EventId;
  readonly on: CivilDate;
  readonly reason: Text;
  readonly by?: StaffId | null;
}

/** The family packet reached an adult: requirements with exemptions, recommended list, VIS (121A.15 subd. 3a). */
export interface PacketGiven {
  readonly recipient: Name;
  readonly version: Name;
  readonly language: Language;
  readonly channel: "hand" | "mail" | "email" | "portal";
  readonly on: CivilDate;
  /** Absent means `false`. */
  readonly to_minor?: boolean;
  /**
   * What lay in it; empty where only its version was written down.
   * Absent means `[]`.
   */
  readonly parts?: readonly PacketPart[];
}

/** Who pays for this child's vaccine, as somebody said at a visit. Asked at each visit; a word is proof enough. */
export interface EligibilityStated {
  readonly category: EligibilityCategory;
  readonly on: CivilDate;
  readonly said_by: Name;
  readonly clinic?: ClinicId | null;
  /** Absent means `""`. */
  readonly note?: Note;
}

/** The questions of one visit, by the version of the questionnaire; `positive` lists those answered yes. */
export interface ScreeningAnswered {
  readonly clinic: ClinicId;
  readonly questionnaire: Name;
  readonly answered_by: Name;
  readonly at: Instant;
  /** Absent means `[]`. */
  readonly positive?: readonly Name[];
  /** Absent means `[]`. */
  readonly unanswered?: readonly Name[];
  readonly interpreter?: Interpreter | null;
}

/** A nurse decided on a positive answer: which vaccines may be given all the same, and why. */
export interface ScreeningDecided {
  readonly event: EventId;
  readonly allowed: readonly Cvx[];
  readonly blocked: readonly Cvx[];
  readonly reason: Text;
}

// --- clinics ---

/** A clinic will be held. `address` is what one tells 911; hours are local to the district. */
export interface ClinicPlanned {
  readonly name: Name;
  readonly facility: FacilityId | null;
  readonly address: Address;
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly opens?: ClockTime;
  /** Absent means `""`. */
  readonly closes?: ClockTime;
  /** Absent means `""`. */
  readonly operator?: Label;
  /** Absent means `[]`. */
  readonly vaccines?: readonly Cvx[];
  /**
   * Whom a family calls about this clinic; the facility's number where it is empty.
   * Absent means `""`.
   */
  readonly phone?: Label;
}

/** The clinic will not be held. */
export interface ClinicCancelled {
  readonly reason: Text;
}

/** Children put on the clinic's list: their records come to its devices. */
export interface RosterAdded {
  readonly students: readonly StudentId[];
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** Children taken off the list: devices forget them, except what they have not delivered. */
export interface RosterRemoved {
  readonly students: readonly StudentId[];
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** Who works at the clinic, and at which stations. Replaces the list before it. */
export interface ClinicStaffed {
  readonly staff: readonly (readonly [StaffId, Station])[];
}

/** A standing order: who may give what to whom, until when. Ages in months, volume in millilitres. */
export interface OrderIssued {
  readonly prescriber: Name;
  readonly cvx: Cvx;
  readonly valid_from: CivilDate;
  readonly valid_to: CivilDate;
  readonly dose_ml: DoseMl;
  readonly route: Route;
  readonly sites: readonly Site[];
  /** Absent means `0`. */
  readonly age_months_from?: AgeMonths;
  readonly age_months_to?: AgeMonths | null;
}

/** A standing order holds no longer: on this day and after it nothing is given under it. */
export interface OrderWithdrawn {
  readonly event: EventId;
  readonly on: CivilDate;
  /** The prescriber, or who speaks for them. */
  readonly by: Name;
  readonly reason: Text;
  /** Who entered it, where the office did. */
  readonly entered_by?: StaffId | null;
}

/** The emergency protocol for the clinic was signed; SHA-256 of the exact words. */
export interface ProtocolSigned {
  readonly prescriber: Name;
  readonly sha256: Sha256;
  readonly valid_to: CivilDate;
}

/** Somebody looked into the emergency kit before the clinic left: what it holds, each with its expiry. */
export interface EpinephrineChecked {
  readonly kit: readonly Epinephrine[];
  readonly at: Instant;
}

/** The paper fallback was printed and lies with what goes to the clinic. */
export interface PapersPacked {
  readonly papers: readonly ("blank_forms" | "roster" | "protocol")[];
  readonly at: Instant;
}

/**
 * This device goes to the clinic although something is not there: somebody decided so, and said why.
 *
 * Epinephrine and the signed protocol are not among what can be left without.
 */
export interface LackAccepted {
  /** Storage: the browser does not promise to keep what is recorded here. */
  readonly lacking: "storage";
  readonly reason: Text;
  readonly at: Instant;
}

/** A child's printed slip was marked at a station: what stops a second dose while devices cannot talk. */
export interface SlipMarked {
  readonly student: StudentId;
  readonly station: Station;
  readonly at: Instant;
  /** The device at which somebody saw the mark of a dose it does not know; none where who gave it marked it. */
  readonly device?: DeviceId | null;
}

/**
 * Lots counted that a close has no room for: part of the close of the same device, number after number before it.
 *
 * The order: as many of these as are needed, what goes back (`stock.returned`), then `clinic.closed`.
 */
export interface ClinicCounted {
  readonly counts: readonly LotCount[];
}

/**
 * The day's close: stock and consents counted, children not seen, two people answer for it.
 *
 * More lots than `counts` may list were counted by the same device right before (`clinic.counted`). A day may be
 * closed anew: the close that the log holds last counts, with what it sends back, and the earlier ones stay.
 */
export interface ClinicClosed {
  readonly at: Instant;
  readonly signed_by: readonly [Name, Name];
  /** Absent means `[]`. */
  readonly counts?: readonly LotCount[];
  readonly consents?: ConsentCount | null;
  /** Absent means `[]`. */
  readonly not_seen?: readonly StudentId[];
  /** Absent means `""`. */
  readonly note?: Note;
}

/**
 * The second of the two who close a day signs it with a PIN of their own.
 *
 * `event`: the close as they saw it; one that follows it is signed anew.
 * Of who wrote the close it counts for nothing.
 */
export interface ClinicCountersigned {
  readonly event: EventId;
}

// --- stock ---

/** Doses of one lot were put in a container for the clinic. */
export interface StockLoaded {
  readonly container: Name;
  readonly cvx: Cvx;
  readonly mvx: Mvx;
  readonly lot: LotNumber;
  readonly expires_on: CivilDate;
  readonly doses: Doses;
  readonly funding: Funding;
  /** Absent means `""`. */
  readonly product?: Label;
  /** Absent means `""`. */
  readonly ndc?: Label;
  /** Absent means `""`. */
  readonly gtin?: Label;
}

/**
 * A load was written down wrongly: the fields present replace those of the event named.
 *
 * Doses given under the wrong lot are corrected each in its child's record.
 */
export interface StockCorrected {
  readonly event: EventId;
  readonly reason: Text;
  readonly container?: Name | null;
  readonly cvx?: Cvx | null;
  readonly mvx?: Mvx | null;
  readonly lot?: LotNumber | null;
  readonly expires_on?: CivilDate | null;
  readonly doses?: Doses | null;
  readonly funding?: Funding | null;
  readonly product?: Label | null;
  readonly ndc?: Label | null;
  readonly gtin?: Label | null;
}

/** Doses were spoiled, or drawn and not given. */
export interface StockWasted {
  readonly lot: LotNumber;
  readonly container: Name;
  readonly doses: Doses;
  readonly drawn: boolean;
  readonly reason: Text;
  /** Where doses of one lot in one container have different funds. */
  readonly funding?: Funding | null;
  readonly cvx?: Cvx | null;
  /** Vaccine and maker, where another lot of that number lies in the same container. */
  readonly mvx?: Mvx | null;
}

/** Doses went back unused. */
export interface StockReturned {
  readonly lot: LotNumber;
  readonly container: Name;
  readonly doses: Doses;
  readonly funding?: Funding | null;
  readonly cvx?: Cvx | null;
  readonly mvx?: Mvx | null;
}

/**
 * A load, loss, return or reading of this clinic was entered wrongly: it stays visible and counts for nothing.
 *
 * Naming such a taking back, it puts back what that took. A reading outside 2 to 8 °C holds what lay in the box, taken
 * back or not, until the box was read within them for that moment or a later one.
 */
export interface StockEntryVoided {
  readonly event: EventId;
  readonly reason: Text;
}

/** Do not use these lots: recalled, or a temperature excursion. */
export interface StockHeld {
  readonly lots: readonly LotNumber[];
  /** Whose lots, where the recall names the maker and another's have the number; everybody's where it is absent. */
  readonly mvx?: Mvx | null;
  readonly why: "recall" | "excursion" | "expired" | "other";
  /** Absent means `""`. */
  readonly note?: Note;
}

/** The maker or the programme said that held lots may be used. */
export interface StockCleared {
  readonly lots: readonly LotNumber[];
  readonly authority: Name;
}

/** A dose of one funding was given to a child of another, and is owed back; one event a dose. */
export interface StockBorrowed {
  readonly lot: LotNumber;
  /** The fund that lent it: whose stock it was. */
  readonly from_funding: Funding;
  /** The fund that owes it: the child's. */
  readonly to_funding: Funding;
  readonly doses: Doses;
  readonly reason: Text;
  readonly cvx?: Cvx | null;
  /** Absent means `""`. */
  readonly container?: Label;
  readonly student?: StudentId | null;
  /** The dose; voided, nothing is owed. */
  readonly dose?: EventId | null;
  readonly on?: CivilDate | null;
}

/** A borrowed dose was paid back to the fund that lent it; `by` entered it in the office. */
export interface StockReplaced {
  readonly event: EventId;
  readonly on: CivilDate;
  readonly lot: LotNumber;
  /** Absent means `""`. */
  readonly note?: Note;
  readonly by?: StaffId | null;
}

/** A container's reading: at the start, at each opening, at the end. Refrigerated stock belongs at 2 to 8 °C. */
export interface TemperatureRead {
  readonly container: Name;
  readonly at: Instant;
  readonly celsius: Celsius;
  readonly occasion: "start" | "opening" | "end" | "check";
  /** Absent means `""`. */
  readonly logger?: Label;
  readonly minimum_celsius?: Celsius | null;
  readonly maximum_celsius?: Celsius | null;
}

// --- transfers ---

/** Somebody asked for the file: the next school or the family. */
export interface TransferRequested {
  readonly student: StudentId;
  readonly to: Name;
  readonly requested_by: Name;
  readonly requested_on: CivilDate;
  /** Day the child moved, when the asker says; else the last day attended. */
  readonly transfer_on?: CivilDate | null;
  readonly facility?: FacilityId | null;
  /** Absent means `""`. */
  readonly channel?: "letter" | "email" | "phone" | "portal" | "in_person" | "";
}

/** A transfer file was made: SHA-256 and size of the bundle, and what it holds and leaves out. */
export interface TransferPrepared {
  readonly student: StudentId;
  readonly bundle_sha256: Sha256;
  readonly bundle_bytes: Count;
  readonly events: Count;
  readonly withheld: Count;
  readonly log_size: Count;
  readonly conscientious_included: boolean;
  /** Absent means `""`. */
  readonly request?: Label;
}

/** The file left for the next school. A disclosure with its legal basis. */
export interface TransferSent {
  readonly student: StudentId;
  readonly bundle_sha256: Sha256;
  readonly to: Name;
  readonly sent_at: Instant;
  readonly channel: Name;
  readonly basis: Text;
}

/** The next school said it has the file. */
export interface TransferConfirmed {
  readonly student: StudentId;
  readonly bundle_sha256: Sha256;
  readonly by: Name;
  readonly on: CivilDate;
}

/**
 * A file came in from another district: whose log it was proven against, and how many facts it brought.
 *
 * What the former school told of attendance is kept here, for the enrollment that follows: it is no stay
 * in this district, yet clocks and entry terms count from it.
 */
export interface TransferReceived {
  readonly student: StudentId;
  readonly bundle_sha256: Sha256;
  readonly from_district: Name;
  readonly origin: Name;
  readonly checkpoint: SignedText;
  readonly facts: Count;
  /** Absent means `[]`. */
  readonly doubts?: readonly Sentence[];
  /** Absent means `""`. */
  readonly came_from?: "school" | "child_care" | "home_school" | "";
  readonly left_on?: CivilDate | null;
  readonly first_minnesota_enrollment?: CivilDate | null;
  /** Absent means `""`. */
  readonly kindergarten_term?: SchoolYear;
  /** Absent means `""`. */
  readonly grade_7_term?: SchoolYear;
}

/** There was no transfer after all, or it is answered elsewhere. */
export interface TransferCancelled {
  readonly student: StudentId;
  readonly reason: Text;
}

// --- cases ---

/** A child's status is being pursued: the verdict it rests on, stored as it was. */
export interface CaseOpened {
  readonly student: StudentId;
  readonly antigens: readonly Antigen[];
  readonly as_of: CivilDate;
  readonly verdict: Text;
  readonly rule_set_sha256: Sha256;
  readonly log_size: Count;
}

/** The procedure ended. */
export interface CaseClosed {
  readonly reason: Text;
}

/** One source was asked for the child's doses, with its answer, `nothing found` included (E12). */
export interface SourceChecked {
  readonly student: StudentId;
  readonly source: "file" | "registry" | "former_school" | "clinic" | "parent";
  readonly asked: Text;
  readonly answer: Text;
  readonly on: CivilDate;
}

/** Somebody went through the file (E11). */
export interface RecordReviewed {
  readonly student: StudentId;
  readonly as_of: CivilDate;
  readonly outcome: Text;
}

/** A parent voiced a belief against immunization, and what was answered (E13). */
export interface ObjectionVoiced {
  readonly student: StudentId;
  readonly by: Name;
  readonly channel: Name;
  readonly said: Text;
  readonly answered: Text;
  readonly on: CivilDate;
}

/** Grounds, vaccines, evidence and the date proposed (E17, E18). */
export interface ExclusionProposed {
  readonly student: StudentId;
  readonly grounds: Text;
  readonly antigens: readonly Antigen[];
  readonly evidence: readonly EventId[];
  readonly proposed_for: CivilDate;
}

/** The family was offered to be heard before any exclusion (E17). */
export interface HearingOffered {
  readonly at: Instant;
  readonly place: Name;
  readonly language: Language;
  readonly how_told: Text;
}

/** The family was heard: who was there, who presided, what they brought and said. */
export interface HearingHeld {
  readonly at: Instant;
  readonly present: readonly Name[];
  readonly presided: Name;
  /** Absent means `""`. */
  readonly interpreter?: Label;
  /** Absent means `""`. */
  readonly said?: Note;
  /** Absent means `[]`. */
  readonly evidence?: readonly EventId[];
}

/** The family did not want, or did not come to, a hearing. */
export interface HearingDeclined {
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly by?: Label;
  /** Absent means `""`. */
  readonly note?: Note;
}

/** Who decided, by what authority, on which findings, under which clause (E18). */
export interface DecisionMade {
  readonly student: StudentId;
  readonly decider: Name;
  readonly authority: Text;
  readonly outcome: "exclude" | "do_not_exclude" | "postpone";
  readonly findings: readonly Sentence[];
  readonly clause: Text;
  readonly antigens: readonly Antigen[];
  /** Absent means `""`. */
  readonly served_how?: Note;
  readonly effective_on?: CivilDate | null;
}

/** The child was kept from school: from when, how it went home, what ends it (E19, E20). */
export interface ExclusionBegan {
  readonly student: StudentId;
  readonly at: Instant;
  readonly arrangement: Text;
  readonly conditions: Text;
  readonly language: Language;
}

/** Something was brought that may end the exclusion (E21). */
export interface ReadmissionRequested {
  readonly student: StudentId;
  readonly at: Instant;
  /** Absent means `[]`. */
  readonly brought?: readonly EventId[];
}

/** The child is back; school days lost. */
export interface StudentReadmitted {
  readonly student: StudentId;
  readonly at: Instant;
  readonly days_lost: Count;
  readonly reason: Text;
}

/** An auditor's finding on one element of the procedure, E1 to E24. */
export interface ReviewFound {
  readonly element: Name;
  readonly finding: "met" | "not_met" | "not_shown" | "not_applicable";
  readonly reason: Text;
  /** Absent means `[]`. */
  readonly evidence?: readonly EventId[];
}

/** A protected status: enrolls at once, blocks exclusion, keeps addresses off devices and exports. */
export interface ProtectionRecorded {
  readonly student: StudentId;
  readonly status: "homeless" | "foster" | "safe_at_home" | "emancipated";
  readonly from_day: CivilDate;
  /** Absent means `""`. */
  readonly evidence?: Note;
  readonly to_day?: CivilDate | null;
}

/** The status ended on that day. */
export interface ProtectionEnded {
  readonly event: EventId;
  readonly student: StudentId;
  readonly on: CivilDate;
}

// --- notices ---

/** A notice's words, by hash, and the measured proof that exemptions stand beside requirements. */
export interface TemplatePublished {
  readonly template: Name;
  readonly version: Count;
  readonly language: Language;
  readonly sha256: Sha256;
  readonly same_page: boolean;
  /** Font size in points of the requirements in the produced page. */
  readonly requirement_points: Points;
  /** Font size in points of the exemptions in the produced page. */
  readonly exemption_points: Points;
  /** Absent means `""`. */
  readonly translator?: Label;
}

/** One notice to one family: SHA-256 of the paper as sent, and what it said is missing. */
export interface NoticeSent {
  readonly student: StudentId;
  readonly template: Name;
  readonly version: Count;
  readonly language: Language;
  readonly paper_sha256: Sha256;
  readonly deficiencies: readonly Sentence[];
  readonly addressee: Name;
  readonly channel: "mail" | "certified_mail" | "email" | "hand" | "portal" | "phone";
  readonly sent_at: Instant;
  readonly address?: Address | null;
}

/** The notice arrived, as far as the channel can tell. */
export interface NoticeDelivered {
  readonly event: EventId;
  readonly at: Instant;
  readonly how_known: Text;
}

/** The notice came back. */
export interface NoticeReturned {
  readonly event: EventId;
  readonly at: Instant;
  readonly reason: Text;
}

/** Somebody of the family said they have it. */
export interface NoticeAcknowledged {
  readonly event: EventId;
  readonly by: Name;
  readonly at: Instant;
}

// --- disclosures ---

/** What one staff member read, in batches, on which ground (design, section 10). */
export interface RecordViewed {
  readonly staff: AuthorId;
  readonly ground: Text;
  readonly viewings: readonly Viewing[];
  readonly device?: DeviceId | null;
}

/** Somebody who plans a clinic was named the staff of its facility: names, titles and roles. */
export interface StaffListed {
  /** Who asked. */
  readonly staff: AuthorId;
  readonly facility: FacilityId;
  /** Who was named. */
  readonly people: readonly StaffId[];
  readonly at: Instant;
  readonly device?: DeviceId | null;
}

/** Somebody asked to see or have a child's record. */
export interface RecordRequested {
  readonly student: StudentId;
  readonly party: Name;
  readonly ground: Text;
  readonly on: CivilDate;
}

/** A child's record was given to somebody outside, on which ground, and exactly what. */
export interface RecordDisclosed {
  readonly student: StudentId;
  readonly party: Name;
  readonly basis: Text;
  readonly what: Text;
  readonly on: CivilDate;
  readonly sha256?: Sha256 | null;
  /** Absent means `true`. */
  readonly redisclosure_notice?: boolean;
}

/** A parent or adult student allowed a disclosure in writing (34 CFR 99.30); `MIIC` is the state registry. */
export interface DisclosureConsented {
  readonly student: StudentId;
  readonly signer: Name;
  readonly party: Name;
  readonly what: Text;
  readonly on: CivilDate;
  readonly until?: CivilDate | null;
  /** Absent means `""`. */
  readonly standing?: "parent" | "guardian" | "emancipated" | "student_adult" | "other" | "";
  /** The language of the paper that was signed. */
  readonly language?: Language | null;
  readonly photo?: Photo | null;
  /** Who explained the paper, where somebody did. */
  readonly interpreter?: Interpreter | null;
}

/** That permission ended. */
export interface DisclosureRevoked {
  readonly event: EventId;
  readonly on: CivilDate;
  readonly by: Name;
}

// --- discrepancies ---

/** A person looked at both sides, named by their events, and says that they stand as they are, and why. */
export interface DiscrepancySettled {
  readonly kind: DiscrepancyKind;
  readonly events: readonly EventId[];
  readonly reason: Text;
  readonly by?: StaffId | null;
}

// --- retention ---

/** The record must stay: an open request, a case, litigation. */
export interface HoldPlaced {
  readonly student: StudentId;
  readonly reason: Text;
  readonly authority: Name;
  readonly from_day: CivilDate;
  readonly by?: StaffId | null;
}

/** That hold is over. */
export interface HoldReleased {
  readonly event: EventId;
  readonly student: StudentId;
  readonly on: CivilDate;
  readonly reason: Text;
  readonly by?: StaffId | null;
}

/** The period is over; the computation, in words, and the first day it may be done. */
export interface DestructionProposed {
  readonly student: StudentId;
  readonly earliest_on: CivilDate;
  readonly computation: Text;
  readonly proposed_by?: StaffId | null;
}

/** A second person agreed to a proposal. */
export interface DestructionApproved {
  readonly event: EventId;
  readonly student: StudentId;
  readonly approved_by: StaffId;
}

/**
 * Phase one: from here on nothing of this child is served, and devices forget.
 *
 * `streams` is all that will be destroyed with it, `recipients` who was ever given a copy: what the
 * certificate needs once the record itself can no longer be read.
 */
export interface DestructionRequested {
  readonly student: StudentId;
  readonly approval: EventId;
  /** Absent means `[]`. */
  readonly streams?: readonly Stream[];
  /** Absent means `[]`. */
  readonly recipients?: readonly Name[];
}

/**
 * Phase two, the certificate: keys destroyed, when the last back-up expires, who has not confirmed.
 *
 * `streams` are all that were about the child; `submissions` the refused ones that named it.
 */
export interface DestructionCompleted {
  readonly student: StudentId;
  readonly events_destroyed: Count;
  readonly backups_expire_on: CivilDate;
  /** Absent means `[]`. */
  readonly streams?: readonly Stream[];
  /** Absent means `[]`. */
  readonly submissions?: readonly Sha256[];
  /** Absent means `[]`. */
  readonly unconfirmed_devices?: readonly DeviceId[];
  /** Absent means `[]`. */
  readonly recipients?: readonly Name[];
}

// --- people ---

/** A person works for the district. Title and address are what a dose must name (42 U.S.C. 300aa-25). */
export interface StaffRegistered {
  readonly name: Name;
  readonly title: Name;
  readonly address: Address;
  /** Absent means `""`. */
  readonly login?: Label;
}

/** Name, title or address changed; the fields present replace the old. */
export interface StaffCorrected {
  readonly name?: Name | null;
  readonly title?: Name | null;
  readonly address?: Address | null;
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** The person no longer works here: every role ends. */
export interface StaffLeft {
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** A role, for one facility, one clinic, or (neither given) the whole district. */
export interface RoleGranted {
  readonly role: "nurse" | "health_office" | "records" | "administrator" | "auditor" | "agency" | "district_admin";
  readonly facility?: FacilityId | null;
  readonly clinic?: ClinicId | null;
}

/** That role ends, for exactly the place it was granted for. */
export interface RoleRevoked {
  readonly role: "nurse" | "health_office" | "records" | "administrator" | "auditor" | "agency" | "district_admin";
  readonly facility?: FacilityId | null;
  readonly clinic?: ClinicId | null;
  /** Absent means `""`. */
  readonly reason?: Note;
}

/**
 * Somebody was refused: a wrong password, an expired code, a right they do not have.
 *
 * `attempted` names the deed, never what was typed.
 */
export interface AccessRefused {
  readonly attempted: Name;
  readonly code: Name;
  readonly message: Text;
  /** Absent means `""`. */
  readonly place?: Label;
}

// --- devices ---

/** A phone, tablet, laptop, server process or import run joined the district, as one new writer. */
export interface DeviceEnrolled {
  readonly kind: "phone" | "tablet" | "laptop" | "server" | "import" | "command";
  readonly label: Name;
  /** Absent means `""`. */
  readonly program?: Label;
}

/** A device writes no more. `last_seq` is the last event known of it; later ones go to review. */
export interface DeviceClosed {
  readonly last_seq: Count;
  readonly reason: "lost" | "replaced" | "retired" | "finished" | "forked" | "other";
  /** Absent means `""`. */
  readonly note?: Note;
  readonly by?: StaffId | null;
}

/**
 * This key signs for this author on this device, from this position in the log on.
 *
 * Only the system writes it, when a one-time code is redeemed: whoever could write it could sign as anybody.
 */
export interface SeatOpened {
  readonly seat: SeatId;
  readonly author: AuthorId;
  readonly public_key: PublicKey;
  /**
   * System seats only: base64url signature by the log key over the binding.
   * Absent means `""`.
   */
  readonly certificate?: Label;
}

/**
 * The key signs no more: what arrives after this position goes to review, whatever its clock says.
 *
 * One person's seat ends and the device goes on with the others'; `by` is the person of the office who ended it.
 */
export interface SeatClosed {
  readonly seat: SeatId;
  readonly author: AuthorId;
  readonly public_key: PublicKey;
  readonly reason: "left" | "lost" | "compromised" | "replaced" | "other";
  /** Absent means `""`. */
  readonly note?: Note;
  readonly by?: StaffId | null;
}

/** Two writers act as one device: another event at a known seq, or another past. */
export interface ForkFound {
  readonly device: DeviceId;
  readonly seq: Count;
  readonly held: Sha256;
  readonly other: Sha256;
}

/**
 * Bytes came that the log cannot take as an event; they are kept. `owner` has to settle it.
 *
 * `submission` is the refused event's event_hash, or the SHA-256 of its raw bytes when it has none. What a carrier
 * brought sealed and is no event goes by the SHA-256 of the sealed element; `bytes_sha256` is then that of what was
 * in it, by which the same bytes from another hand are known as one matter.
 */
export interface SubmissionQuarantined {
  readonly submission: Sha256;
  readonly reason: "malformed" | "oversized" | "bad_commitment" | "bad_signature" | "unknown_seat" | "revoked_key" | "wrong_district" | "newer_type" | "not_authorised" | "conflict_id" | "conflict_seq" | "destroyed_stream";
  readonly detail: Text;
  readonly owner: "health_office" | "records" | "district_admin";
  readonly from_device: DeviceId;
  readonly staff?: StaffId | null;
  readonly bytes_sha256?: Sha256 | null;
}

/** Whose it is to settle from now on: the role, and the person of it who took it, where somebody did. */
export interface SubmissionAssigned {
  readonly submission: Sha256;
  readonly owner: "health_office" | "records" | "district_admin";
  readonly staff?: StaffId | null;
  readonly by?: StaffId | null;
}

/**
 * A submission was let in: what it says is the event named `event`.
 *
 * That is the submitted event itself where it passes every check now, else one the office wrote with the same
 * payload. `by` looked at it; nobody where a newer program understands a type that was unknown before.
 */
export interface SubmissionReleased {
  readonly submission: Sha256;
  readonly event: EventId;
  readonly reason: Text;
  readonly by?: StaffId | null;
}

/** A person looked and closed the matter: why, or what was done instead. */
export interface SubmissionClosed {
  readonly submission: Sha256;
  readonly reason: Text;
  readonly by?: StaffId | null;
}

/** A device showed an older receipt for an event that had to be pushed again: it was known since then. */
export interface ReceiptPresented {
  readonly event_hash: Sha256;
  readonly receipt: SignedText;
}

/** The log goes on in a new epoch after a restored back-up: the old signed head, verbatim, and why. */
export interface EpochOpened {
  readonly old_checkpoint: SignedText;
  readonly survived: Count;
  readonly reason: Text;
}

/**
 * A row that the server's disk no longer gave back is read again from a second copy of the same event.
 *
 * `event_hash` is what the log has said of it since it was received; `damage` says what was wrong with the row,
 * `from_device` which device still had the event; none where the server's own tree and vault told the row.
 */
export interface RowHealed {
  readonly position: Count;
  readonly event_hash: Sha256;
  readonly damage: Text;
  readonly from_device?: DeviceId | null;
}

/**
 * A person looked at an alarm about the log or a device and says that it may rest, and why.
 *
 * `about` names what raised it: the epoch's number (rollback), the device (fork), the device and its first missing
 * seq (gap: `<device>/<seq>`), or whose events came after the role for them had ended (role_lost: staff id).
 * `count` is how many events they saw behind it: where more had come by then, nothing rests. What comes later of the
 * same kind raises it anew.
 */
export interface AlarmAccepted {
  readonly kind: "rollback" | "fork" | "gap" | "role_lost";
  readonly about: Name;
  readonly reason: Text;
  readonly by?: StaffId | null;
  readonly count?: Count | null;
}

/** The log's key signs its successor in: both verifier keys, the old signature over the new key. */
export interface LogKeySucceeded {
  readonly old_key: Text;
  readonly new_key: Text;
  readonly signature: Text;
}

// --- facilities ---

/** A facility of the district. `kind` decides which clauses hold there (121A.15 subd. 9). */
export interface FacilityOpened {
  readonly name: Name;
  readonly kind: FacilityKind;
  readonly address?: Address | null;
  /** Absent means `""`. */
  readonly phone?: Label;
  /** Absent means `[]`. */
  readonly identifiers?: readonly Identifier[];
  /** Absent means `[]`. */
  readonly grades?: readonly Grade[];
}

/** The fields present replace the old. */
export interface FacilityCorrected {
  readonly name?: Name | null;
  readonly kind?: FacilityKind | null;
  readonly address?: Address | null;
  readonly phone?: Label | null;
  readonly identifiers?: readonly Identifier[] | null;
  /** Absent means `""`. */
  readonly reason?: Note;
}

/** The facility holds no more files after this day; `successor` says who does. */
export interface FacilityClosed {
  readonly on: CivilDate;
  /** Absent means `""`. */
  readonly successor?: Label;
}

// --- policy ---

/** The tenant: first event of its log after the seat that writes it. `time_zone` is an IANA name. */
export interface DistrictFounded {
  readonly name: Name;
  readonly kind: "school_district" | "nonpublic_school" | "child_care";
  readonly time_zone: Name;
  /** The log's verifier key (C2SP signed-note). */
  readonly log_key: Text;
  /** The district's X25519 public key for HPKE, 64 hexadecimal digits. */
  readonly sealing_key: Text;
}

/** The district decided this, from a day on, by this authority; `by` entered it in the office. */
export interface PolicyAdopted {
  readonly value: PolicyValue;
  readonly effective_from: CivilDate;
  readonly authority: Name;
  readonly effective_to?: CivilDate | null;
  /** Absent means `""`. */
  readonly note?: Note;
  readonly by?: StaffId | null;
}

/** The commissioner of health suspended requirements for up to one year (121A.15 subd. 4, 6). */
export interface SuspensionIssued {
  readonly antigens: readonly Antigen[];
  readonly effective_from: CivilDate;
  readonly effective_to: CivilDate;
  readonly order: Name;
  /** Absent means `""`. */
  readonly region?: Label;
}

/** A state report went out: SHA-256 of what was sent, and the size of the log behind its counts. */
export interface ReportFiled {
  readonly report: Name;
  readonly school_year: Name;
  readonly sha256: Sha256;
  readonly log_size: Count;
  readonly filed_on: CivilDate;
}

/** Event type to its payload. */
export interface EventPayloads {
  "student.registered": StudentRegistered;
  "student.corrected": StudentCorrected;
  "student.contacts_recorded": ContactsRecorded;
  "student.linked": StudentLinked;
  "student.unlinked": StudentUnlinked;
  "enrollment.began": EnrollmentBegan;
  "enrollment.ended": EnrollmentEnded;
  "grade.assigned": GradeAssigned;
  "allergy.recorded": AllergyRecorded;
  "contraindication.recorded": ContraindicationRecorded;
  "contraindication.lifted": ContraindicationLifted;
  "dose.administered": DoseAdministered;
  "dose.recorded": DoseRecorded;
  "dose.corrected": DoseCorrected;
  "dose.voided": DoseVoided;
  "dose.not_given": DoseNotGiven;
  "dose.verified": DoseVerified;
  "reaction.observed": ReactionObserved;
  "reaction.assessed": ReactionAssessed;
  "vaers.reported": VaersReported;
  "observation.ended": ObservationEnded;
  "incident.opened": IncidentOpened;
  "incident.closed": IncidentClosed;
  "statement.received": StatementReceived;
  "statement.checked": StatementChecked;
  "statement.withdrawn": StatementWithdrawn;
  "statement.forwarded": StatementForwarded;
  "consent.given": ConsentGiven;
  "consent.refused": ConsentRefused;
  "consent.withdrawn": ConsentWithdrawn;
  "consent.voided": ConsentVoided;
  "say.ended": SayEnded;
  "say.restored": SayRestored;
  "packet.given": PacketGiven;
  "eligibility.stated": EligibilityStated;
  "screening.answered": ScreeningAnswered;
  "screening.decided": ScreeningDecided;
  "clinic.planned": ClinicPlanned;
  "clinic.cancelled": ClinicCancelled;
  "clinic.roster_added": RosterAdded;
  "clinic.roster_removed": RosterRemoved;
  "clinic.staffed": ClinicStaffed;
  "clinic.order_issued": OrderIssued;
  "clinic.order_withdrawn": OrderWithdrawn;
  "clinic.protocol_signed": ProtocolSigned;
  "clinic.epinephrine_checked": EpinephrineChecked;
  "clinic.papers_packed": PapersPacked;
  "clinic.lack_accepted": LackAccepted;
  "clinic.slip_marked": SlipMarked;
  "clinic.counted": ClinicCounted;
  "clinic.closed": ClinicClosed;
  "clinic.countersigned": ClinicCountersigned;
  "stock.loaded": StockLoaded;
  "stock.corrected": StockCorrected;
  "stock.wasted": StockWasted;
  "stock.returned": StockReturned;
  "stock.entry_voided": StockEntryVoided;
  "stock.held": StockHeld;
  "stock.cleared": StockCleared;
  "stock.borrowed": StockBorrowed;
  "stock.replaced": StockReplaced;
  "temperature.read": TemperatureRead;
  "transfer.requested": TransferRequested;
  "transfer.prepared": TransferPrepared;
  "transfer.sent": TransferSent;
  "transfer.confirmed": TransferConfirmed;
  "transfer.received": TransferReceived;
  "transfer.cancelled": TransferCancelled;
  "case.opened": CaseOpened;
  "case.closed": CaseClosed;
  "source.checked": SourceChecked;
  "record.reviewed": RecordReviewed;
  "objection.voiced": ObjectionVoiced;
  "exclusion.proposed": ExclusionProposed;
  "hearing.offered": HearingOffered;
  "hearing.held": HearingHeld;
  "hearing.declined": HearingDeclined;
  "decision.made": DecisionMade;
  "exclusion.began": ExclusionBegan;
  "readmission.requested": ReadmissionRequested;
  "student.readmitted": StudentReadmitted;
  "review.found": ReviewFound;
  "protection.recorded": ProtectionRecorded;
  "protection.ended": ProtectionEnded;
  "notice.template_published": TemplatePublished;
  "notice.sent": NoticeSent;
  "notice.delivered": NoticeDelivered;
  "notice.returned": NoticeReturned;
  "notice.acknowledged": NoticeAcknowledged;
  "record.viewed": RecordViewed;
  "staff.listed": StaffListed;
  "record.requested": RecordRequested;
  "record.disclosed": RecordDisclosed;
  "disclosure.consented": DisclosureConsented;
  "disclosure.revoked": DisclosureRevoked;
  "discrepancy.settled": DiscrepancySettled;
  "hold.placed": HoldPlaced;
  "hold.released": HoldReleased;
  "destruction.proposed": DestructionProposed;
  "destruction.approved": DestructionApproved;
  "destruction.requested": DestructionRequested;
  "destruction.completed": DestructionCompleted;
  "staff.registered": StaffRegistered;
  "staff.corrected": StaffCorrected;
  "staff.left": StaffLeft;
  "role.granted": RoleGranted;
  "role.revoked": RoleRevoked;
  "access.refused": AccessRefused;
  "device.enrolled": DeviceEnrolled;
  "device.closed": DeviceClosed;
  "seat.opened": SeatOpened;
  "seat.closed": SeatClosed;
  "device.fork_found": ForkFound;
  "submission.quarantined": SubmissionQuarantined;
  "submission.assigned": SubmissionAssigned;
  "submission.released": SubmissionReleased;
  "submission.closed": SubmissionClosed;
  "receipt.presented": ReceiptPresented;
  "epoch.opened": EpochOpened;
  "row.healed": RowHealed;
  "alarm.accepted": AlarmAccepted;
  "log_key.succeeded": LogKeySucceeded;
  "facility.opened": FacilityOpened;
  "facility.corrected": FacilityCorrected;
  "facility.closed": FacilityClosed;
  "district.founded": DistrictFounded;
  "policy.adopted": PolicyAdopted;
  "suspension.issued": SuspensionIssued;
  "report.filed": ReportFiled;
}

export type EventTypeName = keyof EventPayloads;

/** Event type to the stream it lives in, its current schema, who may author it, and its source. */
export const EVENT_TYPES = {
  "student.registered": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "121A.15 subd. 7; design 5" },
  "student.corrected": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "FERPA 34 CFR 99.20; design 5" },
  "student.contacts_recorded": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "design 5" },
  "student.linked": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "design 5, merge" },
  "student.unlinked": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "design 5, unmerge" },
  "enrollment.began": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 1, 2, 5, 9" },
  "enrollment.ended": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7" },
  "grade.assigned": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 10" },
  "allergy.recorded": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "standing order practice; issue 6" },
  "contraindication.recorded": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "121A.15 subd. 3(c)" },
  "contraindication.lifted": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "design 5" },
  "dose.administered": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "42 U.S.C. 300aa-25(a), 300aa-26; 121A.15 subd. 3a" },
  "dose.recorded": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "121A.15 subd. 1, 4; S3 Att 2" },
  "dose.corrected": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "FERPA 34 CFR 99.20-99.21" },
  "dose.voided": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "FERPA 34 CFR 99.20-99.21" },
  "dose.not_given": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "dose.verified": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "clinic practice; issue 6" },
  "reaction.observed": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "42 U.S.C. 300aa-25(b)" },
  "reaction.assessed": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "42 U.S.C. 300aa-25(b); VAERS 2.0" },
  "vaers.reported": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "42 U.S.C. 300aa-25(b)" },
  "observation.ended": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "incident.opened": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "incident.closed": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "statement.received": { stream: "student", schema: 1, authors: ["nurse", "records", "health_office", "system", "administrator"], source: "121A.15 subd. 1-4" },
  "statement.checked": { stream: "student", schema: 1, authors: ["health_office", "administrator", "system"], source: "121A.15 subd. 1-4; S1 III-IV" },
  "statement.withdrawn": { stream: "student", schema: 1, authors: ["nurse", "records", "health_office", "system", "administrator"], source: "121A.15 subd. 3(d)" },
  "statement.forwarded": { stream: "student", schema: 1, authors: ["health_office", "administrator", "system"], source: "121A.15 subd. 3(d)" },
  "consent.given": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "121A.15 subd. 3a; Minn. Stat. 144.341-144.344" },
  "consent.refused": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "Minn. Stat. 144.341-144.344" },
  "consent.withdrawn": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "Minn. Stat. 144.341-144.344" },
  "consent.voided": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "FERPA 34 CFR 99.20-99.21; design 5" },
  "say.ended": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "Minn. Stat. 518.003 subd. 3; design 8" },
  "say.restored": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "Minn. Stat. 518.18; design 8" },
  "packet.given": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "121A.15 subd. 3a(b); 42 U.S.C. 300aa-26" },
  "eligibility.stated": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "42 U.S.C. 1396s(b)(2), (c)(2); issue 6" },
  "screening.answered": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "screening.decided": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system"], source: "clinic practice; issue 6" },
  "clinic.planned": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "design 2; issue 6" },
  "clinic.cancelled": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "issue 6" },
  "clinic.roster_added": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "design 7, scopes" },
  "clinic.roster_removed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "design 7, scopes" },
  "clinic.staffed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "issue 6" },
  "clinic.order_issued": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "Minn. Stat. 151.37 subd. 2; issue 6" },
  "clinic.order_withdrawn": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "Minn. Stat. 151.37 subd. 2; issue 6" },
  "clinic.protocol_signed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system", "district_admin"], source: "issue 6" },
  "clinic.epinephrine_checked": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.papers_packed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.lack_accepted": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.slip_marked": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.counted": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.closed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "clinic.countersigned": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.loaded": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "CDC storage and handling; issue 6" },
  "stock.corrected": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.wasted": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.returned": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.entry_voided": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.held": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "21 CFR 600.14; issue 6" },
  "stock.cleared": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "issue 6" },
  "stock.borrowed": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "VFC borrowing; issue 6" },
  "stock.replaced": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "VFC borrowing; issue 6" },
  "temperature.read": { stream: "clinic", schema: 1, authors: ["nurse", "health_office", "system"], source: "CDC storage and handling; issue 6" },
  "transfer.requested": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7; Minn. Stat. 120A.22 subd. 7" },
  "transfer.prepared": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7; design 11" },
  "transfer.sent": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7; FERPA 34 CFR 99.31(a)(2), 99.34" },
  "transfer.confirmed": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7" },
  "transfer.received": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7; design 11" },
  "transfer.cancelled": { stream: "transfer", schema: 1, authors: ["records", "health_office", "system"], source: "121A.15 subd. 7" },
  "case.opened": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; law 3.1" },
  "case.closed": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12" },
  "source.checked": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E12" },
  "record.reviewed": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S1 V.A.2; E11" },
  "objection.voiced": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E13" },
  "exclusion.proposed": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E17-E18" },
  "hearing.offered": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E17" },
  "hearing.held": { stream: "case", schema: 1, authors: ["administrator"], source: "S3 Q12; E17" },
  "hearing.declined": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E17" },
  "decision.made": { stream: "case", schema: 1, authors: ["administrator"], source: "S3 Q9, Q12; 121A.15 subd. 1; E18" },
  "exclusion.began": { stream: "case", schema: 1, authors: ["administrator"], source: "S1 V.A.3; E19-E20" },
  "readmission.requested": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S1 III.E; E21" },
  "student.readmitted": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S1 III.E; E21" },
  "review.found": { stream: "case", schema: 1, authors: ["auditor"], source: "law 3.1" },
  "protection.recorded": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "42 U.S.C. 11432(g)(3)(C); design 10" },
  "protection.ended": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "design 10" },
  "notice.template_published": { stream: "district", schema: 1, authors: ["district_admin", "system"], source: "121A.15 subd. 3a(a); S1 V.B" },
  "notice.sent": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12, Att 4; E4-E9" },
  "notice.delivered": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E9" },
  "notice.returned": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E9" },
  "notice.acknowledged": { stream: "case", schema: 1, authors: ["health_office", "administrator", "system"], source: "S3 Q12; E9" },
  "record.viewed": { stream: "access", schema: 1, authors: ["system"], source: "34 CFR 99.32; Minn. Stat. 13.05; design 10" },
  "staff.listed": { stream: "access", schema: 1, authors: ["system"], source: "Minn. Stat. 13.05; design 10" },
  "record.requested": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "34 CFR 99.10; Minn. Stat. 13.04" },
  "record.disclosed": { stream: "student", schema: 1, authors: ["records", "health_office", "system"], source: "34 CFR 99.32" },
  "disclosure.consented": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "34 CFR 99.30" },
  "disclosure.revoked": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "34 CFR 99.30" },
  "discrepancy.settled": { stream: "student", schema: 1, authors: ["nurse", "health_office", "system", "records"], source: "design 8, conflicts are data" },
  "hold.placed": { stream: "district", schema: 1, authors: ["system"], source: "121A.15 subd. 7; design 10" },
  "hold.released": { stream: "district", schema: 1, authors: ["system"], source: "design 10" },
  "destruction.proposed": { stream: "district", schema: 1, authors: ["system"], source: "121A.15 subd. 7; Minn. Stat. 138.17" },
  "destruction.approved": { stream: "district", schema: 1, authors: ["system"], source: "Minn. Stat. 138.17" },
  "destruction.requested": { stream: "district", schema: 1, authors: ["system"], source: "design 6, destruction" },
  "destruction.completed": { stream: "district", schema: 1, authors: ["system"], source: "design 6, destruction" },
  "staff.registered": { stream: "staff", schema: 1, authors: ["district_admin", "system"], source: "42 U.S.C. 300aa-25(a)(4); design 10" },
  "staff.corrected": { stream: "staff", schema: 1, authors: ["district_admin", "system"], source: "design 10" },
  "staff.left": { stream: "staff", schema: 1, authors: ["district_admin", "system"], source: "design 10" },
  "role.granted": { stream: "staff", schema: 1, authors: ["district_admin", "system"], source: "design 10, roles" },
  "role.revoked": { stream: "staff", schema: 1, authors: ["district_admin", "system"], source: "design 10, roles" },
  "access.refused": { stream: "staff", schema: 1, authors: ["system"], source: "design 10" },
  "device.enrolled": { stream: "device", schema: 1, authors: ["system"], source: "design 5, seats" },
  "device.closed": { stream: "device", schema: 1, authors: ["system"], source: "design 5" },
  "seat.opened": { stream: "device", schema: 1, authors: ["system"], source: "design 5, seats" },
  "seat.closed": { stream: "device", schema: 1, authors: ["system"], source: "design 6, keys" },
  "device.fork_found": { stream: "device", schema: 1, authors: ["system"], source: "design 5" },
  "submission.quarantined": { stream: "device", schema: 1, authors: ["system"], source: "design 7, push" },
  "submission.assigned": { stream: "device", schema: 1, authors: ["system"], source: "design 7, push" },
  "submission.released": { stream: "device", schema: 1, authors: ["system"], source: "design 7, push" },
  "submission.closed": { stream: "device", schema: 1, authors: ["system"], source: "design 7, push" },
  "receipt.presented": { stream: "device", schema: 1, authors: ["system"], source: "design 6, rollback" },
  "epoch.opened": { stream: "district", schema: 1, authors: ["system"], source: "design 6, rollback" },
  "row.healed": { stream: "district", schema: 1, authors: ["system"], source: "design 7, digest" },
  "alarm.accepted": { stream: "district", schema: 1, authors: ["system"], source: "design 6, rollback; design 7, push" },
  "log_key.succeeded": { stream: "district", schema: 1, authors: ["system"], source: "design 6, keys" },
  "facility.opened": { stream: "facility", schema: 1, authors: ["district_admin", "system"], source: "121A.15 subd. 9" },
  "facility.corrected": { stream: "facility", schema: 1, authors: ["district_admin", "system"], source: "design 2" },
  "facility.closed": { stream: "facility", schema: 1, authors: ["district_admin", "system"], source: "121A.15 subd. 7" },
  "district.founded": { stream: "district", schema: 1, authors: ["system"], source: "design 2" },
  "policy.adopted": { stream: "district", schema: 1, authors: ["administrator", "district_admin", "system"], source: "121A.15 subd. 5; S1; design 9" },
  "suspension.issued": { stream: "district", schema: 1, authors: ["administrator", "district_admin", "system"], source: "121A.15 subd. 4, 6" },
  "report.filed": { stream: "district", schema: 1, authors: ["administrator", "district_admin", "system", "health_office"], source: "121A.15 subd. 8" },
} as const satisfies Record<EventTypeName, { stream: StreamKind; schema: number; authors: readonly Role[]; source: string }>;
