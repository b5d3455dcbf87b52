/** Who may be put to work at a clinic: those this phone knows; while it knows nobody, those the office names. */
import { useEffect, useState } from "preact/hooks";
import { colleagues } from "../sync/server";
import { type Named, whomToName } from "./plan_named";
import { link, theDevice } from "./state";
import type { View } from "./view";

/** Asked again once there is a network. */
export function usePeople(now: View, facility: string | null): Named {
  const [named, setNamed] = useState<Named>({ people: [], lacks: "" });
  const knowsNobody = now.people.length === 0;
  const isCut = link.value.link === "offline";
  useEffect(() => {
    const enrolled = theDevice().enrolled;
    if (!knowsNobody || enrolled === null) return;
    const { staff, staff_name: name, staff_title: title, token } = enrolled;
    void whomToName(facility, { staff, name, title }, (place) => colleagues(token, place)).then(setNamed);
  }, [knowsNobody, facility, isCut]);
  return knowsNobody ? named : { people: now.people, lacks: "" };
}
