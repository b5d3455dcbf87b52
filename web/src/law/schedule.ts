/** The schedule: medically acceptable standards as data (data/acip.json). Mirrors projections/law/schedule.py. */
import acip from "../../../projections/law/data/acip.json";
import { type Age, readAge } from "./intervals";

export interface AgeRule {
  readonly least?: string;
  readonly asked?: string;
  readonly before?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface GapRule {
  readonly least?: string;
  readonly asked?: string;
  readonly from_dose?: number;
  readonly from_vaccines?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

export interface Condition {
  readonly kind: string;
  readonly age_from?: string;
  readonly age_to?: string;
  readonly least?: string;
  readonly doses?: number;
  readonly valid?: boolean;
  readonly compare?: string;
  readonly vaccines?: readonly string[];
}

export interface Skip {
  readonly all: boolean;
  readonly sets: readonly { readonly any: boolean; readonly of: readonly Condition[] }[];
}

export interface TargetDose {
  readonly ages?: readonly AgeRule[];
  readonly gaps?: readonly GapRule[];
  readonly other_gaps?: readonly GapRule[];
  readonly vaccines?: string;
  readonly allowed?: string;
  readonly inadvertent?: readonly string[];
  readonly skips?: readonly Skip[];
  readonly again?: boolean;
}

export interface Series {
  readonly antigen: string;
  readonly name: string;
  readonly group: number;
  readonly doses: readonly TargetDose[];
  readonly preference?: number;
  readonly usual?: boolean;
  readonly product?: boolean;
  readonly start_from?: string;
  readonly start_before?: string;
  readonly since?: string;
}

type Row = readonly string[];

interface ScheduleFile {
  readonly id: string;
  readonly longer_series_since: string;
  readonly bears: Readonly<Record<string, readonly Row[]>>;
  readonly lists: Readonly<Record<string, readonly Row[]>>;
  readonly live: readonly {
    readonly begin: string;
    readonly least: string;
    readonly end: string;
    readonly after: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly series: readonly Series[];
}

/** The file indexed. Reads only. */
export class Schedule {
  readonly series = new Map<string, Series[]>();
  readonly usual = new Map<string, Series>();
  /** Antigens whose series say the same as an earlier one's (tetanus, diphtheria). */
  readonly twin = new Map<string, string>();
  /** Antigen, to CVX code, to the ages between which it bears on the antigen. */
  readonly bearsOn = new Map<string, Map<string, (readonly [string, string])[]>>();
  /** Name of a list and CVX code, to the ages at which the list offers the vaccine. */
  readonly offered = new Map<string, (readonly [string, string])[]>();
  /** CVX given later, to CVX given before, to begin, least and end of the days between. */
  readonly conflicts = new Map<string, Map<string, readonly [Age, Age, Age]>>();

  constructor(
    readonly file: ScheduleFile,
    without: readonly string[],
  ) {
    for (const one of file.series) {
      if (without.includes(one.name)) continue;
      this.series.set(one.antigen, [...(this.series.get(one.antigen) ?? []), one]);
      if (one.usual && !this.usual.has(one.antigen)) this.usual.set(one.antigen, one);
    }
    for (const [cvx, rows] of Object.entries(file.bears)) {
      for (const [antigen = "", ageFrom = "", ageTo = ""] of rows) {
        const byCvx = this.bearsOn.get(antigen) ?? new Map<string, (readonly [string, string])[]>();
        byCvx.set(cvx, [...(byCvx.get(cvx) ?? []), [ageFrom, ageTo]]);
        this.bearsOn.set(antigen, byCvx);
      }
    }
    for (const [name, rows] of Object.entries(file.lists)) {
      for (const [cvx = "", ageFrom = "", ageTo = ""] of rows) {
        const key = `${name} ${cvx}`;
        this.offered.set(key, [...(this.offered.get(key) ?? []), [ageFrom, ageTo]]);
      }
    }
    const bare = new Map<string, string>();
    for (const [antigen, ways] of this.series) {
      const said = JSON.stringify(ways.map((one) => ({ ...one, antigen: "", name: "" })));
      const earlier = bare.get(said);
      if (earlier === undefined) bare.set(said, antigen);
      else this.twin.set(antigen, earlier);
    }
    for (const conflict of file.live) {
      const ends = [readAge(conflict.begin), readAge(conflict.least), readAge(conflict.end)] as const;
      for (const [before, after] of Object.entries(conflict.after)) {
        for (const cvx of after) {
          const known = this.conflicts.get(cvx) ?? new Map<string, readonly [Age, Age, Age]>();
          known.set(before, ends);
          this.conflicts.set(cvx, known);
        }
      }
    }
  }
}

const files = new Map([acip].map((file) => [file.id, file as ScheduleFile]));
const made = new Map<string, Schedule>();

/** The packaged schedule with this id, without the series named. Throws when there is none. */
export function scheduleNamed(name: string, without: readonly string[] = []): Schedule {
  const key = JSON.stringify([name, without]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const file = files.get(name);
  if (file === undefined) throw new Error(`no schedule "${name}"`);
  const schedule = new Schedule(file, without);
  made.set(key, schedule);
  return schedule;
}
