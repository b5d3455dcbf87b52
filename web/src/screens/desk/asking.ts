/** What the office's screens ask of the server, and how an answer is awaited: loading, there, refused, no network. */
import { signal } from "@preact/signals";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Permission } from "../../projections/sharing";
import { ask, ServerProblem, Unreachable } from "../../sync/server";
import { isKnown, language, t, word } from "../../text/words";

export interface Person {
  readonly staff: string;
  readonly name: string;
  readonly title: string;
  readonly roles: readonly { readonly role: string }[];
  readonly district_name: string;
}

export interface AlarmRow {
  readonly kind: "rollback" | "fork" | "gap" | "role_lost";
  readonly about: string;
  readonly owner: string;
  readonly since: string;
  readonly count: number;
  readonly device: string;
  readonly staff: string;
  readonly first: number;
  readonly last: number;
  readonly students: readonly string[];
  readonly says: string;
}

export interface QuarantineRow {
  readonly submission: string;
  readonly received_at: string;
  readonly reason: string;
  readonly detail: string;
  readonly owner: string;
  readonly device: string;
  readonly staff: string;
  readonly state: "open" | "released" | "closed";
  readonly event: string;
  readonly why: string;
  readonly by: string;
  readonly taken_by: string;
  readonly settled_at: string;
}

/** A submission with what came. */
export interface Kept {
  readonly row: QuarantineRow;
  readonly raw: string;
  readonly type: string;
  readonly stream: string;
  readonly payload: string;
}

export interface Named {
  readonly student: string;
  readonly name: string;
  readonly birth_date: string;
}

export interface Matter {
  readonly key: string;
  readonly kind: string;
  readonly severity: "hard" | "soft";
  readonly owner: string;
  readonly due_on: string;
  readonly how_known: "concurrent" | "shown";
  readonly says: string;
  /** Of a dose of a lot that must not be used: that lot; else empty. */
  readonly lot: string;
  readonly children: readonly Named[];
  readonly sides: readonly {
    readonly event: string;
    readonly device: string;
    readonly author: string;
    readonly says: string;
  }[];
}

export interface IncidentRow {
  readonly event: string;
  readonly child: Named;
  readonly owner: string;
  readonly due_on: string;
  readonly stops: readonly string[];
  readonly reason: string;
  readonly follow_up: readonly string[];
}

export interface OpenMatters {
  readonly as_of: string;
  readonly log_size: number;
  readonly discrepancies: readonly Matter[];
  readonly incidents: readonly IncidentRow[];
  /** How many there are, of which the first are listed. */
  readonly all_discrepancies: number;
  readonly all_incidents: number;
}

export interface Found {
  readonly students: readonly {
    readonly student: string;
    readonly given: string;
    readonly family: string;
    readonly birth_date: string;
    readonly facility_name: string;
  }[];
  readonly more: boolean;
}

/** A picture of a paper, of an event of a type; `kind` is a statement's, else empty. */
export interface PictureRow {
  readonly event: string;
  readonly type: string;
  readonly kind: string;
  readonly on: string;
  readonly photo: string;
}

/** A dose as each of the office's lists has it. */
interface Dose {
  readonly event: string;
  readonly cvx: string;
  readonly given_on: string;
}

/** `basis`: given by us, or told by a paper. */
export interface DoseNow extends Dose {
  readonly basis: string;
}

export interface DoseThen extends Dose {
  readonly vaccine: string;
  readonly source: string;
}

/** A child with the school it goes to. */
export interface Pupil extends Named {
  readonly facility_name: string;
  readonly grade: string;
}

export interface ChildRecord extends Pupil {
  readonly streams: readonly string[];
  readonly doses: readonly (DoseNow & {
    readonly lot: string;
    readonly source: string;
    readonly void_reason: string | null;
    readonly received_at: string;
    readonly known_since: string;
  })[];
  readonly pictures: readonly PictureRow[];
  readonly sharing: readonly Permission[];
  readonly discrepancies: readonly Pick<Matter, "key" | "kind" | "severity" | "owner" | "due_on" | "says">[];
  readonly incidents: readonly { readonly event: string; readonly due_on: string; readonly outcome: string }[];
  readonly devices: readonly { readonly device: string; readonly label: string; readonly reported_at: string }[];
  readonly verdict: { readonly overall: string };
  readonly holds_until: string | null;
  readonly as_of: string;
  readonly log_size: number;
}

export interface Replayed {
  readonly true_on: string;
  readonly known_on: string;
  readonly known_size: number;
  readonly log_size: number;
  readonly known: {
    readonly doses: readonly DoseThen[];
    readonly verdict: { readonly overall: string };
  } | null;
  readonly later_doses: readonly DoseThen[];
  readonly known_by_receipt: readonly { readonly dose: DoseThen; readonly known_since: string }[];
  readonly devices: readonly { readonly device: string; readonly label: string; readonly heard_at: string }[];
}

/** Who is signed in; undefined until the server said, null for nobody. */
export const person = signal<Person | null | undefined>(undefined);

/** The civil day of this computer (YYYY-MM-DD): what a date field begins with. */
export function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
}

export const hasRole = (role: string): boolean => person.value?.roles.some((one) => one.role === role) ?? false;

export type Answer<Result> =
  | { readonly is: "loading" }
  | { readonly is: "there"; readonly value: Result; readonly at: number }
  | { readonly is: "problem"; readonly words: string; readonly last: Result | null; readonly offline: boolean };

/** The server says who may go on: a session that ended leads to the sign-in, from wherever it is noticed. */
export async function request<Result>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Result> {
  try {
    return await ask<Result>(method, path, body === undefined ? {} : { body });
  } catch (error) {
    if (error instanceof ServerProblem && error.code === "not-signed-in") person.value = null;
    throw error;
  }
}

/** What a path answers, asked anew whenever the path changes or `again` is called; what was there stays shown. */
export function useAnswer<Result>(path: string): {
  readonly answer: Answer<Result>;
  readonly again: () => void;
  readonly replace: (value: Result) => void;
} {
  const [answer, setAnswer] = useState<Answer<Result>>({ is: "loading" });
  const last = useRef<Result | null>(null);
  const wanted = useRef(path);
  const load = useCallback(() => {
    wanted.current = path;
    request<Result>("GET", path).then(
      (value) => {
        if (wanted.current !== path) return;
        last.current = value;
        setAnswer({ is: "there", value, at: Date.now() });
      },
      (error: unknown) => {
        if (wanted.current !== path) return;
        setAnswer({ is: "problem", words: toldOf(error), last: last.current, offline: error instanceof Unreachable });
      },
    );
  }, [path]);
  useEffect(() => {
    last.current = null;
    setAnswer({ is: "loading" });
    load();
    addEventListener("online", load);
    return () => {
      wanted.current = "";
      removeEventListener("online", load);
    };
  }, [load]);
  const replace = (value: Result) => {
    last.current = value;
    setAnswer({ is: "there", value, at: Date.now() });
  };
  return { answer, again: load, replace };
}

/** A deed under way: busy, and what the server said against it. */
export function useDeed(): {
  readonly busy: boolean;
  readonly problem: string;
  readonly run: (deed: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const run = (deed: () => Promise<void>) => {
    setBusy(true);
    setProblem("");
    deed()
      .catch((error: unknown) => setProblem(toldOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, run };
}

/** A problem in words: the server's own in English, in Spanish ours by its code; empty for no network. */
export function toldOf(error: unknown): string {
  if (error instanceof ServerProblem) {
    if (language.value === "en") return error.message;
    return isKnown("desk_problem", error.code)
      ? word("desk_problem", error.code)
      : t("desk_problem_other", { code: error.code });
  }
  if (error instanceof Unreachable) return "";
  throw error;
}
