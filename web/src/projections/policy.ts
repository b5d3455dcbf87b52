/** What the district decided and the state ordered, with dates; mirrors projections/policy.py. */
import { civilDay } from "../events/dates";
import type { PolicyAdopted, RecommendedList, SuspensionIssued } from "../events/generated";
import { type Fact, Shelf } from "./fact";

export class Policy {
  private readonly shelf: Shelf;

  /** `zone` (IANA) decides the day while the founding is not on this phone: before any clinic is. */
  constructor(
    facts: Iterable<Fact>,
    private readonly zone = "UTC",
  ) {
    this.shelf = new Shelf([...facts].filter((fact) => fact.header.stream === "district"));
  }

  get name(): string {
    return this.shelf.of("district.founded")[0]?.payload.name ?? "";
  }

  get suspensions(): readonly { readonly fact: Fact; readonly payload: SuspensionIssued }[] {
    return this.shelf.of("suspension.issued");
  }

  /** Decisions about one matter, in log order. */
  decisions(type: string): { readonly fact: Fact; readonly payload: PolicyAdopted }[] {
    return this.shelf.of("policy.adopted").filter(({ payload }) => payload.value.type === type);
  }

  /** Days a transferred child may attend while papers follow; null when nothing was adopted. */
  graceDays(day: string): number | null {
    const value = this.inForce("transfer_grace", day)?.value;
    return value?.type === "transfer_grace" ? value.days : null;
  }

  /** The commissioner's recommended list as the district entered it; null while nobody did. */
  recommended(day: string): RecommendedList | null {
    const value = this.inForce("recommended_list", day)?.value;
    return value?.type === "recommended_list" ? value : null;
  }

  /** The district's calendar day at an instant (milliseconds). */
  civilDay(moment: number): string {
    const utc = new Date(moment).toISOString().slice(0, 10);
    const value = this.inForce("time_zone", utc)?.value;
    const founded = this.shelf.of("district.founded")[0]?.payload.time_zone ?? this.zone;
    return civilDay(moment, value?.type === "time_zone" ? value.name : founded);
  }

  private inForce(type: string, day: string): PolicyAdopted | null {
    const held = this.decisions(type).filter(
      ({ payload }) => payload.effective_from <= day && (payload.effective_to == null || day <= payload.effective_to),
    );
    held.sort((one, two) =>
      one.payload.effective_from < two.payload.effective_from
        ? -1
        : one.payload.effective_from > two.payload.effective_from
          ? 1
          : one.fact.position - two.fact.position,
    );
    return held.at(-1)?.payload ?? null;
  }
}
