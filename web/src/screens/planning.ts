/** What planning a clinic needs to know: its facts wherever they lie on this phone, places, people, candidates. */
import type { Header } from "../events/envelope";
import type { Address, ClinicPlanned } from "../events/generated";
import { streamId } from "../events/ids";
import { Clinic } from "../projections/clinic";
import { Shelf } from "../projections/fact";
import type { Student } from "../projections/student";
import type { Own } from "../store/kept";
import type { Candidate, FacilityChoice } from "../sync/server";
import type { View } from "./view";
import { OPEN_OUTCOMES } from "./view";

/** The form's values: every field as typed. */
export interface PlanValues {
  readonly name: string;
  readonly facility: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postal: string;
  readonly on: string;
  readonly opens: string;
  readonly closes: string;
  readonly operator: string;
  readonly phone: string;
  readonly vaccines: readonly string[];
}

export const NO_PLAN: PlanValues = {
  name: "",
  facility: "",
  street: "",
  city: "",
  state: "MN",
  postal: "",
  on: "",
  opens: "08:00",
  closes: "15:00",
  operator: "",
  phone: "",
  vaccines: [],
};

/** A clinic as this phone knows it: the one it holds, or one that was planned here. */
export function clinicHere(now: View, id: string): Clinic | null {
  if (now.clinic.id === id) return now.clinic;
  const facts = now.streams.get(`clinic/${id}`) ?? [];
  return facts.length === 0 ? null : new Clinic(`clinic/${id}`, facts);
}

/** Clinics that were planned on this phone and are not the one it holds, by day. */
export function plannedHere(now: View): readonly Clinic[] {
  return [...now.streams.keys()]
    .filter((stream) => stream.startsWith("clinic/") && streamId(stream) !== now.clinic.id)
    .flatMap((stream) => clinicHere(now, streamId(stream)) ?? [])
    .filter((clinic) => clinic.plan !== null && clinic.plan.on >= now.today)
    .sort((one, two) => (one.plan?.on ?? "").localeCompare(two.plan?.on ?? ""));
}

type Row = Pick<Own, "event" | "state">;

/** Whether a clinic's plan is on this phone alone: the office cannot say yet whose clinic it is. */
export const isPlanWaiting = (own: readonly Row[], id: string): boolean =>
  plansOf(own, id).some(({ state }) => state === "waiting");

/** Whether the district set aside what this phone last planned of a clinic: it is nobody's role that is missing. */
export const isPlanAside = (own: readonly Row[], id: string): boolean =>
  plansOf(own, id).at(-1)?.state === "quarantined";

const plansOf = (own: readonly Row[], id: string): readonly Row[] =>
  own.filter(({ event }) => {
    const { stream, type } = JSON.parse(event.header) as Header;
    return type === "clinic.planned" && stream === `clinic/${id}`;
  });

/** A facility with what this phone has of it; `phone` is empty where nobody wrote it down. */
export interface FacilityHere extends FacilityChoice {
  readonly address: Address | null;
  readonly phone: string;
}

/** The facilities this phone knows, by name. */
export function facilitiesHere(now: View): readonly FacilityHere[] {
  const found = [...now.streams.keys()].filter((stream) => stream.startsWith("facility/"));
  return found
    .flatMap((stream) => {
      const shelf = new Shelf(now.streams.get(stream) ?? []);
      const opened = shelf.of("facility.opened")[0]?.payload;
      if (opened === undefined) return [];
      let { name, kind, address = null, phone = "" } = opened;
      for (const { payload } of shelf.of("facility.corrected")) {
        name = payload.name ?? name;
        kind = payload.kind ?? kind;
        address = payload.address ?? address;
        phone = payload.phone ?? phone;
      }
      return [{ facility: streamId(stream), name, kind, address, phone }];
    })
    .sort((one, two) => one.name.localeCompare(two.name));
}

export function valuesOf(plan: ClinicPlanned): PlanValues {
  const { lines, city = "", state = "", postal_code: postal = "" } = plan.address;
  return {
    name: plan.name,
    facility: plan.facility ?? "",
    street: lines.join(", "),
    city,
    state,
    postal,
    on: plan.on,
    opens: plan.opens ?? "",
    closes: plan.closes ?? "",
    operator: plan.operator ?? "",
    phone: plan.phone ?? "",
    vaccines: plan.vaccines ?? [],
  };
}

/** The event of a form without errors; what is empty is left out. */
export function planOf(values: PlanValues): ClinicPlanned {
  const told = (word: string, value: string) => (value.trim() === "" ? {} : { [word]: value.trim() });
  return {
    name: values.name.trim(),
    facility: values.facility === "" ? null : values.facility,
    address: {
      lines: [values.street.trim()],
      ...told("city", values.city),
      ...told("state", values.state),
      ...told("postal_code", values.postal),
    },
    on: values.on,
    ...told("opens", values.opens),
    ...told("closes", values.closes),
    ...told("operator", values.operator),
    ...told("phone", values.phone),
    ...(values.vaccines.length === 0 ? {} : { vaccines: values.vaccines }),
  };
}

/** Which children are wanted; empty fields ask for nothing. `lacking`: "", "any", or a vaccine. */
export interface WantedChildren {
  readonly facility: string;
  readonly grade: string;
  readonly classroom: string;
  readonly lacking: string;
}

/** Whom this phone itself knows of those wanted: what the office would say, as far as the phone holds it. */
export function candidatesHere(now: View, wanted: WantedChildren): readonly Candidate[] {
  return now.children
    .map((student) => candidateOf(now, student))
    .filter((one) => one.facility === wanted.facility)
    .filter((one) => wanted.grade === "" || one.grade === wanted.grade)
    .filter((one) => wanted.classroom === "" || one.classroom.toLowerCase() === wanted.classroom.toLowerCase())
    .filter(
      (one) => wanted.lacking === "" || (wanted.lacking === "any" ? one.lacks.length > 0 : one.isDue(wanted.lacking)),
    )
    .map(({ student, name, birth_date, grade, classroom, overall, lacks }) => {
      return { student, name, birth_date, grade, classroom, overall, lacks };
    })
    .sort((one, two) => one.name.localeCompare(two.name));
}

/** Where a child sits today: the stay, and the last grade of it that was assigned. */
function seatOf(now: View, student: Student) {
  const stay = student.stayOn(now.today);
  const line = stay?.grades.filter((one) => one.fromDay <= now.today).at(-1) ?? stay?.grades[0];
  const classroom = line?.fact.payload.classroom;
  return { stay, grade: line?.grade ?? "", classroom: typeof classroom === "string" ? classroom : "" };
}

/** Grade and classroom in one word, as a list of them is sorted; empty where nobody told either. */
export function classOf(now: View, student: Student): string {
  const { grade, classroom } = seatOf(now, student);
  return [grade, classroom].filter((one) => one !== "").join(" · ");
}

function candidateOf(now: View, student: Student) {
  const { verdict } = now.judgment(student);
  const { stay, grade, classroom } = seatOf(now, student);
  return {
    student: student.id,
    name: student.fullName,
    birth_date: student.birthDate,
    facility: stay?.began.facility ?? "",
    grade,
    classroom,
    overall: verdict.overall,
    lacks: verdict.antigens.filter((one) => OPEN_OUTCOMES.has(one.outcome)).map((one) => one.antigen),
    isDue: (cvx: string) => now.isDue(student, cvx),
  };
}
