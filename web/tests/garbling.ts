/** Answers that say what is not so, in the ways a phone must not fall for. */
import type { Answer, SyncResponse } from "../src/events/wire";

type Way = (answer: Required<Pick<SyncResponse, "checkpoint" | "answers" | "carried">>) => Partial<SyncResponse>;

const WAYS: readonly Way[] = [
  ({ checkpoint }) => ({ checkpoint: checkpoint.replace("—", "-") }),
  ({ answers, carried }) => ({ answers: answers.slice(1), carried: carried.slice(1) }),
  ({ answers, carried }) => ({ answers: [...answers].reverse(), carried: [...carried].reverse() }),
  ({ answers, carried }) => ({ answers: answers.map(moved), carried: carried.map(moved) }),
  () => ({ page: null }),
];

export function garbled(answer: SyncResponse, chance: number): SyncResponse {
  const { answers = [], carried = [], checkpoint } = answer;
  return { ...answer, ...WAYS[Math.floor(chance * WAYS.length)]?.({ answers, carried, checkpoint }) };
}

/** The place of another event. */
function moved(said: Answer): Answer {
  const { path } = said.proof;
  return { ...said, proof: { ...said.proof, path: [...path].reverse().slice(path.length > 1 ? 0 : 1) } };
}
