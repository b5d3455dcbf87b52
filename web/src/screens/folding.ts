/** From what the phone holds to what the screens show, under the law of the district's day. Loaded after the first screen. */
import { civilDay } from "../events/dates";
import type { Loaded } from "../law";
import { ruleSetFor, ruleSetNamed, ruleSets } from "../law/library";
import type { Device } from "../store/device";
import { inSlices } from "../store/slices";
import { View } from "./view";

/** The view of this moment, made of `before` where nothing changed; null when the phone was locked meanwhile. */
export async function fold(device: Device, before: View | null): Promise<View | null> {
  const { enrolled } = device;
  if (enrolled === null) return null;
  const { staff, time_zone: zone } = enrolled;
  const law = await lawOn(civilDay(Date.now(), zone));
  const laws = await ruleSets();
  if (!device.isUnlocked) return null;
  const { scope, others } = device.state;
  const facts = await inSlices(device.facts());
  const known = { facts, scope, staff, zone, others, ruleSet: law, ruleSets: laws, now: Date.now() };
  const folded = await inSlices(View.of(known, before));
  return device.isUnlocked ? folded : null;
}

/** What the first folding needs besides the records, read while the PIN is typed. */
export async function beforehand(): Promise<void> {
  await ruleSets();
}

/** The rule set in force; where no version covers the day, its neighbour (its verdicts are marked unverified). */
async function lawOn(today: string): Promise<Loaded> {
  const found = await ruleSetFor(today);
  if ("rules" in found) return found;
  const neighbour = await ruleSetNamed(found.before || found.after);
  if (neighbour === null) throw new Error("no rule set is on this phone");
  return neighbour;
}
