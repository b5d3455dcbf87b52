/**
 * Verifying the Merkle tree of RFC 6962: leaves, inclusion and consistency. The phone never builds a tree.
 *
 *     leaf = SHA-256(0x00 ‖ entry)          node = SHA-256(0x01 ‖ left ‖ right)
 */
import { type Bytes, equal, sha256 } from "./bytes";
import { BadProof } from "./errors";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(LEAF, entry);
const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(NODE, left, right);
const emptyRoot = (): Promise<Bytes> => sha256();

/** Where a walk up the right border of a tree stands; sizes may pass 2^32, so no bit operators on them. */
interface Walk {
  rest: number;
  last: number;
}

const odd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

function climb(walk: Walk): void {
  walk.rest = half(walk.rest);
  walk.last = half(walk.last);
}

/** Throws BadProof unless the path leads from the leaf at `index` to `root` (RFC 9162, 2.1.3.2). */
export async function verifyInclusion(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
  root: Bytes,
): Promise<void> {
  if (!(index >= 0 && index < size)) throw new BadProof(`leaf ${index} is not in a tree of ${size}`);
  checkWidths(path);
  const walk: Walk = { rest: index, last: size - 1 };
  let found = leaf;
  for (const sibling of path) {
    if (walk.last === 0) throw new BadProof("the inclusion path is too long");
    if (odd(walk.rest) || walk.rest === walk.last) {
      found = await nodeHash(sibling, found);
      while (!odd(walk.rest) && walk.rest > 0) climb(walk);
    } else {
      found = await nodeHash(found, sibling);
    }
    climb(walk);
  }
  if (walk.last !== 0) throw new BadProof("the inclusion path is too short");
  if (!equal(found, root)) throw new BadProof("the inclusion path leads to another root");
}

/** Throws BadProof unless the old tree is a prefix of the new (RFC 9162, 2.1.4.2). */
export async function verifyConsistency(
  old: number,
  now: number,
  path: readonly Bytes[],
  oldRoot: Bytes,
  nowRoot: Bytes,
): Promise<void> {
  if (!(old >= 0 && old <= now)) throw new BadProof(`a tree of ${old} is no prefix of one of ${now}`);
  checkWidths(path);
  if (old === 0 || old === now) {
    const differ = (old === now && !equal(oldRoot, nowRoot)) || (old === 0 && !equal(oldRoot, await emptyRoot()));
    if (path.length > 0 || differ) throw new BadProof("the trees differ");
    return;
  }
  const [start, ...siblings] = isPowerOfTwo(old) ? [oldRoot, ...path] : path;
  if (!start) throw new BadProof("the consistency path is empty");
  const walk: Walk = { rest: old - 1, last: now - 1 };
  while (odd(walk.rest)) climb(walk);
  let first = start;
  let second = start;
  for (const sibling of siblings) {
    if (walk.last === 0) throw new BadProof("the consistency path is too long");
    if (odd(walk.rest) || walk.rest === walk.last) {
      first = await nodeHash(sibling, first);
      second = await nodeHash(sibling, second);
      while (!odd(walk.rest) && walk.rest > 0) climb(walk);
    } else {
      second = await nodeHash(second, sibling);
    }
    climb(walk);
  }
  if (walk.last !== 0 || !equal(first, oldRoot) || !equal(second, nowRoot)) {
    throw new BadProof("the consistency path leads to another root");
  }
}

function checkWidths(path: readonly Bytes[]): void {
  if (path.some((sibling) => sibling.length !== 32)) throw new BadProof("a hash in the path is not 32 bytes");
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && !odd(rest)) rest = half(rest);
  return rest === 1;
}
