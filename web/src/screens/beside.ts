/**
 * Where a fact about an earlier one is written: in its stream, so that the two stay together where records that were
 * linked are parted again. In that of the child where the earlier fact has only just been recorded there.
 */
import type { Student } from "../projections/student";

export const beside = ({ id, shelf }: Student, event: string): `student/${string}` =>
  (shelf.facts.find(({ header }) => header.id === event)?.header.stream ?? `student/${id}`) as `student/${string}`;
