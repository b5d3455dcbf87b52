/**
 * When a family's word was said, as far as the clock of the phone that wrote it down can be believed. Mirrors
 * projections/said.py: a word is not of a day after the log received it; one said as it was written down, on a phone
 * whose clock shows a day before one that it had heard of, was said on no day anybody knows.
 */
import { civilDay, type Fact, type Shelf, wasShown } from "./fact";

const DAY_MS = 86_400_000;

export const notAfterReceipt = (day: string, { receivedAt }: Fact): string => {
  if (receivedAt === null) return day;
  const received = new Date(receivedAt).toISOString().slice(0, 10);
  return received < day ? received : day;
};

/** Whether it was said on the day it was written down, not copied from an older paper. */
export const isLiveOn = (day: string, { header }: Fact): boolean => day >= civilDay(Date.parse(header.recorded_at));

/** Whether its day says nothing: something its writer had heard of reached the log on a later one. */
export function isAdrift(day: string, fact: Fact, shelf: Shelf): boolean {
  const nextDay = Date.parse(fact.header.recorded_at.slice(0, 10)) + DAY_MS;
  const isLater = (one: Fact) => one.receivedAt !== null && one.receivedAt >= nextDay && wasShown(one, fact);
  return isLiveOn(day, fact) && shelf.facts.some(isLater);
}
