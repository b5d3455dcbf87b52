/** A form's values, kept sealed on this phone while they are typed: back, lock, call or crash lose nothing. */
import { useEffect, useRef, useState } from "preact/hooks";
import { theDevice } from "../screens/state";

const PAUSE_MS = 250;

export interface Draft<Values> {
  readonly values: Values;
  readonly set: (changes: Partial<Values>) => void;
  /** The form is done: forget the draft. */
  readonly drop: () => Promise<void>;
}

export function useDraft<Values extends object>(place: string, initial: Values): Draft<Values> {
  const [values, setValues] = useState(initial);
  const timer = useRef(0);
  useEffect(() => {
    let gone = false;
    void theDevice()
      .draft<Values>(place)
      .then((kept) => {
        if (kept !== undefined && !gone) setValues((now) => ({ ...now, ...kept }));
      });
    return () => {
      gone = true;
    };
  }, [place]);
  return {
    values,
    set(changes) {
      const next = { ...values, ...changes };
      setValues(next);
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => {
        if (theDevice().isUnlocked) void theDevice().keepDraft(place, next);
      }, PAUSE_MS);
    },
    async drop() {
      clearTimeout(timer.current);
      await theDevice().dropDraft(place);
    },
  };
}
