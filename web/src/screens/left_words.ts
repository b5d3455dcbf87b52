/**
 * Which entries of a carried file this phone did not take, by what they say of themselves: the phone that made them, as
 * this one knows it, and their number there. All else about them is sealed, and the words say so.
 */
import type { Fact } from "../projections/fact";
import type { Left } from "../store/taking_in";
import { t } from "../text/words";

type Streams = ReadonlyMap<string, readonly Fact[]>;

export function leftWords(left: readonly Left[], streams: Streams = new Map()): string {
  const which = left.map((one) => leftWord(one, streams)).join("; ");
  return t("carry_left", { count: left.length, which });
}

function leftWord({ number, device, seq }: Left, streams: Streams): string {
  if (device === null) return t("carry_left_nobody", { number });
  const name = labelOf(device, streams) || t("carry_left_unknown", { device: device.slice(-6) });
  return t(seq === null ? "carry_left_device" : "carry_left_entry", { number, name, seq: seq ?? "" });
}

/** As the device was called last when it joined the district. */
function labelOf(device: string, streams: Streams): string {
  const enrolled = streams.get(`device/${device}`)?.findLast(({ header }) => header.type === "device.enrolled");
  return String(enrolled?.payload.label ?? "");
}
