/**
 * Emergencies whose times are tapped and not signed yet. They belong to everybody who can unlock the phone: who takes
 * it over goes on with them, the child's screen and the day's close name them until somebody signs or discards them.
 */
import { useEffect, useState } from "preact/hooks";
import { Button, LinkRow, Notice } from "../../components/parts";
import type { Student } from "../../projections/student";
import { unsigned as english } from "../../text/clinic/unsigned_en";
import { unsigned as spanish } from "../../text/clinic/unsigned_es";
import { clockTime, learn, t } from "../../text/words";
import { go, theDevice } from "../state";
import type { View } from "../view";

learn(english, spanish);

const BEGINNING = "emergency/";
/** Where the times of a child's emergency are kept until they are signed. */
export const emergencyPlace = (student: string): string => `${BEGINNING}${student}`;

/** Moments in UTC, in the order they were tapped; empty where nothing was. */
export interface Emergency {
  readonly epinephrine: readonly string[];
  readonly called: string;
  readonly handedOver: string;
  readonly parentCalled: string;
  readonly began: string;
  readonly description: string;
}

export const NO_EMERGENCY: Emergency = {
  epinephrine: [],
  called: "",
  handedOver: "",
  parentCalled: "",
  began: "",
  description: "",
};

export interface Unsigned {
  readonly id: string;
  /** Null where the child has left this phone: the times have not. */
  readonly student: Student | null;
  readonly told: Emergency;
}

/** The children with unsigned times; null until that is read. */
export function useUnsigned(now: View): readonly Unsigned[] | null {
  const [found, setFound] = useState<ReadonlyMap<string, Emergency> | null>(null);
  useEffect(() => void theDevice().everybodysDrafts<Emergency>(BEGINNING).then(setFound), [now]);
  if (found === null) return null;
  return [...found].flatMap(([id, told]) => (told.began === "" ? [] : [{ id, student: now.student(id), told }]));
}

export interface Tapped {
  readonly words: string;
  /** What changes where this one time was tapped by mistake. */
  readonly without: Partial<Emergency>;
}

/** Each time that was tapped. */
export function tapped({ epinephrine, called, handedOver, parentCalled }: Emergency): readonly Tapped[] {
  const time = (moment: string) => clockTime(Date.parse(moment));
  return [
    ...epinephrine.map((moment, place) => ({
      words: t("epinephrine_at", { number: place + 1, time: time(moment) }),
      without: { epinephrine: epinephrine.filter((_, other) => other !== place) },
    })),
    ...(called === "" ? [] : [{ words: t("called_at", { time: time(called) }), without: { called: "" } }]),
    ...(handedOver === "" ? [] : [{ words: t("handed_at", { time: time(handedOver) }), without: { handedOver: "" } }]),
    ...(parentCalled === ""
      ? []
      : [{ words: t("parent_at", { time: time(parentCalled) }), without: { parentCalled: "" } }]),
  ];
}

/** What was tapped, in words. */
const timesTold = (told: Emergency): readonly string[] => tapped(told).map(({ words }) => words);

/** On the child's own screen, first of all. */
export function UnsignedEmergency({ now, student }: { readonly now: View; readonly student: Student }) {
  const one = useUnsigned(now)?.find((each) => each.student === student);
  if (one === undefined) return null;
  return (
    <Notice tone="bad">
      <h2>{t("emergency_unsigned")}</h2>
      <ul>
        {timesTold(one.told).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <Button kind="danger" onClick={() => go("emergency", student.id)}>
        {t("emergency_sign")}
      </Button>
    </Notice>
  );
}

/** At the close of the day, which nobody signs before. */
export function UnsignedEmergencies(props: {
  readonly unsigned: readonly Unsigned[];
  readonly error: string | undefined;
}) {
  const { unsigned, error } = props;
  if (unsigned.length === 0) return null;
  return (
    <section aria-labelledby="unsigned">
      <h2 id="unsigned">{t("emergencies_unsigned", { count: unsigned.length })}</h2>
      <div class="panel">
        {unsigned.map(({ id, student, told }) => (
          <LinkRow
            key={id}
            to={["emergency", id]}
            title={student?.fullName ?? t("no_longer_here")}
            more={timesTold(told).join(" · ")}
          />
        ))}
      </div>
      {error === undefined ? null : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}
