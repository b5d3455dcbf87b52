/** A screen whose code arrives when it is first wanted. All of it is kept for offline use by the service worker. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../text/words";

type Part<Props> = (props: Props) => ComponentChild;

export interface Lazy<Props> {
  (props: Props): ComponentChild;
  /** Fetch it now, so that the first tap finds it there. */
  readonly prepare: () => Promise<void>;
}

export function lazy<Props extends object>(load: () => Promise<Part<Props>>): Lazy<Props> {
  let loaded: Part<Props> | null = null;
  const prepare = async () => {
    loaded ??= await load();
  };
  const Waiting = (props: Props) => {
    const [state, setState] = useState<"waiting" | "there" | "failed">(loaded === null ? "waiting" : "there");
    useEffect(() => {
      if (state !== "waiting") return;
      prepare().then(
        () => setState("there"),
        () => setState("failed"),
      );
    }, [state]);
    if (loaded !== null) {
      const Screen = loaded;
      return <Screen {...props} />;
    }
    if (state === "waiting") return <p class="empty">{t("loading")}</p>;
    return (
      <main>
        <p class="empty" role="alert">
          {t("not_loaded")}
        </p>
        <button type="button" class="button quiet" onClick={() => setState("waiting")}>
          {t("try_again")}
        </button>
      </main>
    );
  };
  return Object.assign(Waiting, { prepare });
}
