/**
 * The questions of a visit, the vaccines each touches, and what its answers hold up until a nurse decided.
 *
 *     of the day, at any clinic, or of the evening that ran into it:  a yes stops what it touches until it is decided
 *     of a visit before, where today's answers say no:                asks for a reason
 */
import { isHeldByAntibodies, isLive, isUnwiseInPregnancy, needsSpace } from "./components";
import { type Finding, found } from "./found";
import { isOneVaccine } from "./one_vaccine";
import { type Visit, yesesOf } from "./visit";

const isAny = (): boolean => true;

/** The questions of a visit, and which vaccines each touches. */
export const QUESTIONS = [
  { id: "ill_today", of: isAny },
  { id: "severe_allergy", of: isAny },
  { id: "earlier_reaction", of: isAny },
  { id: "immune_status", of: isLive },
  { id: "pregnancy", of: (cvx: string) => isLive(cvx) || isUnwiseInPregnancy(cvx) },
  { id: "blood_products", of: isHeldByAntibodies },
  { id: "live_vaccine_28_days", of: needsSpace },
] as const;
export const QUESTIONNAIRE = "doseledger-visit-2";

/** Whether a yes to a question holds up a vaccine; one to a question of another version holds up every one. */
export function touches(question: string, cvx: string): boolean {
  return QUESTIONS.find((one) => one.id === question)?.of(cvx) ?? true;
}

export function screeningStops({ screening }: Pick<Visit, "screening">, cvx: string): Finding[] {
  if (screening === null) return [];
  const stops = [screening, ...screening.besides].flatMap(({ answers, decision }) => {
    const isNamed = (named: readonly string[] = []) => named.some((one) => isOneVaccine(one, cvx));
    const isBlocked = isNamed(decision?.blocked) && !decision?.allowed.includes(cvx);
    if (!isBlocked && isNamed(decision?.allowed)) return [];
    const touching = yesesOf(answers).filter((question) => touches(question, cvx));
    return touching.map((question) => found(isBlocked ? "screening_blocked" : "screening_open", question));
  });
  return stops.filter(
    (one, at) => stops.findIndex(({ code, about }) => code === one.code && about === one.about) === at,
  );
}

export function screeningWarnings(
  { screening, yesBefore }: Pick<Visit, "screening" | "yesBefore">,
  cvx: string,
): Finding[] {
  const before = yesBefore.filter((question) => touches(question, cvx));
  return [
    ...(screening?.isAskedHere ? [] : [found("not_screened")]),
    ...before.map((question) => found("screening_before", question)),
  ];
}
