/** What fingers come down on, sometimes twice: the button, and the foot of a screen (deed.ts). */
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Deed, SETTLING_MS } from "./deed";

/** What a tap could not keep is said at the head of the screen (phone_notices.tsx): there the eye must go. */
function lookUp(trouble: unknown): never {
  scrollTo(0, 0);
  throw trouble;
}

/** A button whose `onClick` answers a promise is not tapped again while that runs, and says so. */
export function Button(props: {
  readonly children: ComponentChildren;
  readonly onClick?: () => unknown;
  readonly kind?: "main" | "quiet" | "danger";
  readonly type?: "button" | "submit";
  readonly disabled?: boolean;
}) {
  const { children, onClick, kind = "main", type = "button", disabled = false } = props;
  const deed = useMemo(() => new Deed(), []);
  const [isBusy, setBusy] = useState(false);
  const once = (act: () => unknown) => {
    setBusy(true);
    return deed
      .run(act)
      .catch(lookUp)
      .finally(() => setBusy(deed.isBusy));
  };
  const tap = onClick ? { onClick: () => void once(onClick) } : {};
  return (
    <button
      class={`button ${kind}`}
      type={type}
      disabled={disabled}
      {...(isBusy ? { "aria-disabled": "true" as const } : {})}
      {...tap}
    >
      {children}
    </button>
  );
}

/** What a screen offers at the thumb: not before it can have been seen. A row of another key is another foot. */
export function Foot({ children }: { readonly children: ComponentChildren }) {
  const [isNew, setNew] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setNew(false), SETTLING_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      class="foot"
      {...(isNew
        ? { "aria-disabled": "true" as const, onClickCapture: (event: Event) => event.stopPropagation() }
        : {})}
    >
      {children}
    </div>
  );
}
