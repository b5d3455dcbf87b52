/**
 * The ways of the schedule a dose not yet given is held to.
 *
 * A record is judged by whichever series serves it best, with four days of grace: an early third dose of hepatitis B is
 * saved by a series of four. Before the needle neither is a reason to be early. A child is held to the usual series
 * without grace as long as it counts every earlier dose that any series counts, then to the usual series, then to all of
 * them; an earlier dose that counts nowhere (HPV at 8) loosens nothing:
 *
 *     asked       ages and intervals as the standards ask for them     Tdap from 11
 *     counted     the least age at which a dose counts                 Tdap from 10; then with grace for the doses before
 *     own         a product only one series has for this age           Recombivax HB for adults, two doses from 11 to 15
 *     alone       a product goes on with itself, besides what was      Heplisav-B, two doses four weeks apart
 *                 given of others
 */
import {
  type AgeRule,
  type Condition,
  type GapRule,
  Schedule,
  type Series,
  type Skip,
  type TargetDose,
} from "../law/schedule";
import type { Given } from "../law/target";
import { isExtra, isOfferedBy, isWhole, reasonIn } from "../law/validity";

/** Stands after every dose on record, also one of the same day. */
export const WANTED = Number.MAX_SAFE_INTEGER;

/** Whose adult hepatitis B has two doses from 11 to 15: Recombivax HB alone (CDC supporting data 4.64). */
export const OWN_MAKER = "MSD";

/** A dose and its maker, empty where nobody wrote it down. */
export interface Made extends Given {
  readonly mvx: string;
}

/** A dose not yet given, the day of the birth, and the doses before. */
export interface Planned {
  readonly born: number;
  readonly doses: readonly Made[];
  readonly wanted: Made;
}

interface Ways {
  readonly asked: Schedule;
  readonly counted: readonly Schedule[];
  /** All series without what repeats for ever. */
  readonly once: Schedule;
}

const known = new WeakMap<Schedule, { readonly repeating: Ways; readonly once: Ways }>();

function bothOf(schedule: Schedule) {
  const there = known.get(schedule);
  if (there !== undefined) return there;
  const all = [...schedule.series.values()].flat();
  const usual = all.filter((one) => isUsual(one, schedule));
  const once = of(schedule, all.map(withoutBoosters));
  const made = {
    repeating: { ...strict(schedule, usual), once },
    once: { ...strict(schedule, usual.map(withoutBoosters)), once },
  };
  known.set(schedule, made);
  return made;
}

export function waysOf(schedule: Schedule, isBoosting: boolean): Ways {
  const { repeating, once } = bothOf(schedule);
  return isBoosting ? repeating : once;
}

/**
 * Whether it is one more of everything it brings, as Td after ten years: one that brings something due besides does not
 * wait for the rest of it (Tdap after Td).
 */
export function isBooster({ born, doses, wanted }: Planned, antigens: readonly string[], schedule: Schedule): boolean {
  const { once } = bothOf(schedule).once;
  return antigens.every((antigen) => isExtra(once, born, [...doses, wanted], antigen, WANTED));
}

/**
 * Whether the child has had all the standards ask for before it, or is too old for more. Any series that is whole is
 * enough, though one of more doses would go on (meningococcal B).
 */
export function hasHadAll({ born, doses, wanted }: Planned, antigen: string, schedule: Schedule): boolean {
  const { once } = bothOf(schedule).once;
  if (isExtra(once, born, [...doses, wanted], antigen, WANTED)) return true;
  const ways = schedule.series.get(antigen) ?? [];
  return ways.some((one) => isWhole(schedule, withoutBoosters(one), born, doses));
}

/** The series that alone has this product for this age, as it is asked for; none where the usual one has it. */
export function ownWay(schedule: Schedule, antigen: string, born: number, wanted: Given): Series | undefined {
  const offering = (schedule.series.get(antigen) ?? []).filter((one) => isOfferedBy(schedule, one, born, wanted));
  if (offering.some((one) => one.product || isUsual(one, schedule))) return undefined;
  const [own] = offering;
  return own && { ...own, doses: own.doses.map(asAsked) };
}

/** Whether it goes on with doses of its own, in a series of them alone, whatever was given of others. */
export function goesOnAlone({ born, doses, wanted }: Planned, antigen: string, schedule: Schedule): boolean {
  const same = doses.filter(({ cvx }) => cvx === wanted.cvx);
  if (same.length === 0 || !schedule.usual.has(antigen)) return false;
  const alone = (schedule.series.get(antigen) ?? []).filter(
    (one) => one.product && !isUsual(one, schedule) && isOfferedBy(schedule, one, born, wanted),
  );
  const asked = alone.map((one) => ({ ...one, doses: one.doses.map(asAsked) }));
  return asked.some((one) => reasonIn(schedule, one, born, [...same, wanted], WANTED) === "");
}

const of = ({ file }: Schedule, series: readonly Series[]): Schedule => new Schedule({ ...file, series }, []);

const withoutBoosters = (one: Series): Series => ({ ...one, doses: one.doses.filter(({ again }) => !again) });

/** So many earlier doses may have been forgiven some days. */
const FORGIVEN_MAX = 4;

/** The usual series without grace; with it for the first dose, for the first two, and so on; with it for each. */
function strict(schedule: Schedule, usual: readonly Series[]): Omit<Ways, "once"> {
  const each = (made: (dose: TargetDose, at: number) => TargetDose) =>
    of(
      schedule,
      usual.map(grown).map((one) => ({ ...one, doses: one.doses.map(made) })),
    );
  const after = (forgiven: number) => each((dose, at) => (at < forgiven ? dose : asCounted(dose)));
  const counted = Array.from({ length: FORGIVEN_MAX + 1 }, (_, forgiven) => after(forgiven));
  return { asked: each(asAsked), counted: [...counted, of(schedule, usual)] };
}

/**
 * Also each for who begins too old for the one before (HPV from 15, Hib from 15 months), and of an antigen without one
 * the shortest (meningococcal B).
 */
function isUsual(one: Series, schedule: Schedule): boolean {
  const usual = schedule.usual.get(one.antigen);
  const begins = one.start_from ?? one.doses[0]?.ages?.[0]?.least;
  const ways = schedule.series.get(one.antigen) ?? [];
  if (usual === undefined) return ways.every(({ doses }) => doses.length >= one.doses.length);
  return (
    one === usual || (!!begins && ways.some((before) => before.start_before === begins && isUsual(before, schedule)))
  );
}

/**
 * Two doses against varicella are four weeks apart, and no longer twelve, from 13 on, whenever the first was given (CDC,
 * catch-up schedule): the second is then passed over for one that asks for those.
 */
function grown(one: Series): Series {
  const [first, second] = one.doses;
  if (one.antigen !== "VAR" || !one.start_before || first === undefined || second === undefined) return one;
  const after = {
    ...second,
    gaps: second.other_gaps ?? [],
    skips: [when({ kind: "count", doses: 1, compare: "more", valid: true })],
  };
  const before = { ...second, skips: [when({ kind: "age", age_from: one.start_before })] };
  return { ...one, doses: [first, before, after] };
}

const when = (condition: Condition): Skip => ({ all: true, sets: [{ any: false, of: [condition] }] });

/** As the plan writes it. */
const GRACE = /(?<=.)-4d$/;

const withoutGrace = <Rule extends AgeRule | GapRule>(rule: Rule): Rule =>
  rule.least ? { ...rule, least: rule.least.replace(GRACE, "") } : rule;

const whole = <Rule extends AgeRule | GapRule>(rule: Rule): Rule =>
  rule.least && rule.asked ? { ...rule, least: rule.asked } : withoutGrace(rule);

/** A dose passed over from an age on is passed over from that age, not from four days before. */
const grownFor = (skip: Skip): Skip => ({
  ...skip,
  sets: skip.sets.map((set) => ({
    ...set,
    of: set.of.map((one) =>
      one.kind === "age" && one.age_from ? { ...one, age_from: one.age_from.replace(GRACE, "") } : one,
    ),
  })),
});

/** A dose of a series with intervals as asked for, no grace of four days and none that only count. */
function asCounted({ other_gaps: _, ...dose }: TargetDose): TargetDose {
  return {
    ...dose,
    ...(dose.skips ? { skips: dose.skips.map(grownFor) } : {}),
    ...(dose.ages ? { ages: dose.ages.map(withoutGrace) } : {}),
    ...(dose.gaps ? { gaps: dose.gaps.map(whole) } : {}),
  };
}

/** With the ages asked for besides. */
function asAsked(dose: TargetDose): TargetDose {
  return { ...asCounted(dose), ...(dose.ages ? { ages: dose.ages.map(whole) } : {}) };
}
