/** The facilities a clinic may be planned at: those this phone knows; while it holds no clinic, those the office names. */
import { useEffect, useState } from "preact/hooks";
import { facilities } from "../sync/server";
import { type FacilityHere, facilitiesHere } from "./planning";
import { theDevice } from "./state";
import type { View } from "./view";

export function useFacilities(now: View): readonly FacilityHere[] {
  const here = facilitiesHere(now);
  const [named, setNamed] = useState<readonly FacilityHere[]>([]);
  useEffect(() => {
    const token = theDevice().enrolled?.token;
    if (here.length > 0 || token === undefined) return;
    const take = (told: Awaited<ReturnType<typeof facilities>>) =>
      setNamed(told.map((one) => ({ ...one, address: null, phone: "" })));
    facilities(token).then(take, () => {}); // without a network the address alone must do
  }, []);
  return here.length > 0 ? here : named;
}
