/** Who works in the district, as a nurse's phone was told. */
import type { Address } from "../events/generated";
import { streamId } from "../events/ids";
import { type Fact, Shelf } from "../projections/fact";

/** Somebody who works here, as a dose must name them. */
export interface Person {
  readonly staff: string;
  readonly name: string;
  readonly title: string;
  readonly address: Address;
}

/** Everyone registered, as last corrected, by name. */
export function peopleOf(streams: ReadonlyMap<string, readonly Fact[]>): Person[] {
  const people: Person[] = [];
  for (const [stream, facts] of streams) {
    if (!stream.startsWith("staff/")) continue;
    const shelf = new Shelf(facts);
    const told = shelf.of("staff.registered")[0]?.payload;
    if (told === undefined || shelf.of("staff.left").length > 0) continue;
    let { name, title, address } = told;
    for (const { payload } of shelf.of("staff.corrected")) {
      name = payload.name ?? name;
      title = payload.title ?? title;
      address = payload.address ?? address;
    }
    people.push({ staff: streamId(stream), name, title, address });
  }
  return people.sort((one, two) => one.name.localeCompare(two.name));
}
