/** The tree over a log's entries (RFC 6962), the slow textbook way, apart from the code it is to check; roots are remembered. */
import type { Bytes } from "../src/events/bytes";
import { sha256Now } from "../src/events/sha256";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export class SmallTree {
  private readonly roots = new Map<string, Bytes>();

  constructor(private readonly entries: readonly { readonly bytes: Bytes }[]) {}

  /** The entries are not what they were. */
  forget(): void {
    this.roots.clear();
  }

  root(begin: number, end: number): Bytes {
    const known = this.roots.get(`${begin}-${end}`);
    if (known !== undefined) return known;
    const root = this.computed(begin, end);
    this.roots.set(`${begin}-${end}`, root);
    return root;
  }

  path(position: number, begin: number, end: number): Bytes[] {
    if (end - begin === 1) return [];
    const middle = begin + split(end - begin);
    if (position < middle) return [...this.path(position, begin, middle), this.root(middle, end)];
    return [...this.path(position, middle, end), this.root(begin, middle)];
  }

  /** That the first `old` entries are the beginning of the first `size`. */
  consistency(old: number, size: number): Bytes[] {
    return old === 0 || old >= size ? [] : this.subproof(old, 0, size, true);
  }

  private subproof(old: number, begin: number, end: number, whole: boolean): Bytes[] {
    if (old === end - begin) return whole ? [] : [this.root(begin, end)];
    const k = split(end - begin);
    const middle = begin + k;
    if (old <= k) return [...this.subproof(old, begin, middle, whole), this.root(middle, end)];
    return [...this.subproof(old - k, middle, end, false), this.root(begin, middle)];
  }

  private computed(begin: number, end: number): Bytes {
    if (begin === end) return sha256Now();
    if (end - begin === 1) return sha256Now(LEAF, this.entries[begin]?.bytes ?? new Uint8Array());
    const middle = begin + split(end - begin);
    return sha256Now(NODE, this.root(begin, middle), this.root(middle, end));
  }
}

/** The largest power of two below. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}
