/**
 * What is typed into the office's forms, for as long as the page is open and the same person is signed in: back and
 * another screen lose nothing, nor does a session that ended meanwhile. It lies in memory alone, for the office keeps
 * nothing on its disk; who is about to close the page over a half-filled form is asked first.
 */
import { useState } from "preact/hooks";

/** A search is no work that anybody would lose. */
const SEARCH = "search/";

const kept = new Map<string, object>();
/** Staff id of whoever typed it; empty before anybody signed in, and once somebody signed out. */
let writer = "";

addEventListener("beforeunload", (event) => {
  if (isHalfWritten()) event.preventDefault();
});

const isHalfWritten = (): boolean => [...kept.keys()].some((form) => !form.startsWith(SEARCH));

/** An update waits while something is held, on whatever screen (screens/update.ts). */
const mark = (): void => void document.documentElement.toggleAttribute("data-held", isHalfWritten());

/** Somebody works here from now on: who comes back finds what they typed, anybody else empty forms. */
export function keepFor(staff: string): void {
  if (staff !== writer) forgetTyped();
  writer = staff;
}

/** Whether a session ended by itself: what was typed waits for who typed it. */
export const isInterrupted = (): boolean => writer !== "";

/** Somebody signed out: the next person finds empty forms. */
export function forgetTyped(): void {
  kept.clear();
  writer = "";
  mark();
}

export interface Typed<Values> {
  readonly values: Values;
  readonly set: (changes: Partial<Values>) => void;
  /** The form is done. */
  readonly drop: () => void;
  /** Somebody typed into it. */
  readonly isBegun: boolean;
}

/** The values of one form; `form` names it among all of the office's. */
export function useTyped<Values extends object>(form: string, initial: Values): Typed<Values> {
  const [values, show] = useState<Values>(() => ({ ...initial, ...kept.get(form) }));
  return {
    values,
    set: (changes) => {
      const next = { ...values, ...changes };
      kept.set(form, next);
      mark();
      show(next);
    },
    drop: () => {
      kept.delete(form);
      mark();
      show(initial);
    },
    isBegun: kept.has(form),
  };
}
