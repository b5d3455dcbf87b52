/**
 * Which products are one vaccine to a family: what a consent is about, whatever box comes on the day. Mirrors
 * projections/one_vaccine.py.
 *
 * A family allows a vaccine as its statement (VIS, 42 U.S.C. 300aa-26) describes it, not a brand: two products are one
 * vaccine where they have the same statements and bring the same antigens (inactivated influenza of any maker;
 * hepatitis B for a child or an adult). A part is another vaccine than the combination, and influenza by the nose
 * another than by a needle. A standing order is stricter: it names the product itself, for dose and ages hang on that.
 */
import packet from "../../../projections/law/data/packet.json";
import { antigensOf, brings, groupsOf } from "../law/codes";
import { isLive } from "./components";

/** Influenza, kind not stated: a no to it is one to the spray too. */
const ANY_INFLUENZA = "88";

/** Whether a yes to one product is a yes to the other. */
export function isOneVaccine(one: string, other: string): boolean {
  if (one === other) return one !== "";
  const statements = statementsOf(one);
  if (statements.length === 0) return false;
  return (
    areSame(statements, statementsOf(other)) &&
    areSame(antigensOf(one) ?? [], antigensOf(other) ?? []) &&
    areSame(groupsOf(one), groupsOf(other))
  );
}

/** Whether a no to one vaccine is a no to another: whatever brings it, save that a spray is not the shot. */
export function refuses(refused: string, cvx: string): boolean {
  if (isOneVaccine(refused, cvx)) return true;
  const hasAntigens = (antigensOf(refused) ?? []).length > 0;
  const isOfKind = refused === ANY_INFLUENZA || hasAntigens || isLive(refused) === isLive(cvx);
  return brings(cvx, refused) && isOfKind;
}

const statementsOf = (cvx: string): readonly string[] =>
  packet.vis.flatMap((one) => (one.cvx.includes(cvx) ? [one.document] : []));

const areSame = (one: readonly string[], two: readonly string[]): boolean =>
  one.length === two.length && one.every((each) => two.includes(each));
