/** A form's values, kept sealed on this phone while they are typed (store/drafts.ts). */
import { useEffect, useMemo, useState } from "preact/hooks";
import { theDevice } from "../screens/state";
import { Draft, type Whose } from "../store/drafts";

export interface DraftForm<Values> {
  readonly values: Values;
  readonly set: (changes: Partial<Values>) => void;
  /** Changes that build on what was kept: they wait for it (a tap takes milliseconds, reading may take longer). */
  readonly add: (changes: (values: Values) => Partial<Values>) => void;
  /** What is kept and typed, once what is kept was read: a finger may be quicker. */
  readonly whole: () => Promise<Values>;
  /** The form is done: forget the draft. */
  readonly drop: () => Promise<void>;
}

export function useDraft<Values extends object>(
  place: string,
  initial: Values,
  whose: Whose = "own",
): DraftForm<Values> {
  const [, show] = useState(initial);
  const draft = useMemo(() => new Draft(initial, theDevice().draft<Values>(place, whose), show), [place]);
  useEffect(() => void draft.load(), [draft]);
  return {
    values: draft.values,
    set: (changes) => draft.set(changes),
    add: (changes) => void draft.add(changes),
    whole: () => draft.whole(),
    drop: () => draft.drop(),
  };
}
