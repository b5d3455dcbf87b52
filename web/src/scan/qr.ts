/**
 * A QR code (ISO/IEC 18004) of a short text, as rows of dark and light: for what a family takes home, and for slips.
 *
 *     bytes -> data words -> blocks with Reed-Solomon words -> interleaved -> laid out -> the mask that reads best
 *
 * Byte mode, error correction M, versions 1 to 20 (666 bytes). Pure; nothing is loaded and nothing asked over a network.
 */

export type Matrix = readonly (readonly boolean[])[];

/** Correction words of each block, and how many blocks, by version from 1 (level M). */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26] as const;
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16] as const;
const LEVEL_M = 0;
const QUIET = false;

/** The code of a text; throws where it is too long. */
export function qrOf(text: string): Matrix {
  const bytes = new TextEncoder().encode(text);
  const version = CORRECTION.findIndex((_, at) => bytes.length <= capacity(at + 1)) + 1;
  if (version === 0) throw new Error(`${bytes.length} bytes are too many for a code`);
  const words = withCorrection(dataWords(bytes, version), version);
  const grids = Array.from({ length: 8 }, (_, mask) => laidOut(words, version, mask));
  const scores = grids.map(penalty);
  return at(grids, scores.indexOf(Math.min(...scores)));
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${index}`);
  return found;
}

const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

/** All words a version holds, data and correction. */
function allWords(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const marks = Math.floor(version / 7) + 2;
    modules -= (25 * marks - 10) * marks - 55;
    if (version >= 7) modules -= 36;
  }
  return modules >> 3;
}

const dataCount = (version: number): number =>
  allWords(version) - at(CORRECTION, version - 1) * at(BLOCKS, version - 1);

const capacity = (version: number): number => dataCount(version) - Math.ceil((4 + lengthBits(version)) / 8);

function dataWords(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(4, 4);
  put(bytes.length, lengthBits(version));
  for (const byte of bytes) put(byte, 8);
  const whole = dataCount(version) * 8;
  put(0, Math.min(4, whole - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < whole; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, word) =>
    bits.slice(word * 8, word * 8 + 8).reduce((value, bit) => value * 2 + bit, 0),
  );
}

/** Multiply in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(one: number, two: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((two >> bit) & 1) * one;
  }
  return product & 0xff;
}

function divisor(degree: number): number[] {
  let made = [...new Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let step = 0; step < degree; step += 1) {
    made = made.map((word, place) => times(word, root) ^ (made[place + 1] ?? 0));
    root = times(root, 2);
  }
  return made;
}

function remainder(data: readonly number[], by: readonly number[]): number[] {
  let rest = by.map(() => 0);
  for (const word of data) {
    const factor = word ^ at(rest, 0);
    rest = [...rest.slice(1), 0].map((value, place) => value ^ times(at(by, place), factor));
  }
  return rest;
}

/** Blocks with their correction words, interleaved; the later blocks hold a word more where they do not divide. */
function withCorrection(data: readonly number[], version: number): number[] {
  const blocks = at(BLOCKS, version - 1);
  const degree = at(CORRECTION, version - 1);
  const short = Math.floor(data.length / blocks);
  const longer = blocks - (data.length % blocks);
  const by = divisor(degree);
  const parts: number[][] = [];
  for (let block = 0, from = 0; block < blocks; block += 1) {
    const to = from + short + (block < longer ? 0 : 1);
    parts.push(data.slice(from, to));
    from = to;
  }
  const corrections = parts.map((part) => remainder(part, by));
  const inTurn = (lists: readonly number[][], length: number): number[] =>
    Array.from({ length }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
  return [...inTurn(parts, short + 1), ...inTurn(corrections, degree)];
}

/** Where the small squares stand, in both directions. */
function marks(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const found = [6];
  for (let place = version * 4 + 10; found.length < count; place -= step) found.splice(1, 0, place);
  return found;
}

function laidOut(words: readonly number[], version: number, mask: number): boolean[][] {
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => new Array<boolean>(size).fill(QUIET));
  const fixed = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const put = (x: number, y: number, value: boolean): void => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    at(dark, y)[x] = value;
    at(fixed, y)[x] = true;
  };
  const square = (cx: number, cy: number, reach: number, light: readonly number[]): void => {
    for (let dy = -reach; dy <= reach; dy += 1)
      for (let dx = -reach; dx <= reach; dx += 1)
        put(cx + dx, cy + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (let i = 0; i < size; i += 1) {
    put(6, i, i % 2 === 0);
    put(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(x, y, 4, [2, 4]);
  const places = marks(version);
  const last = places.length - 1;
  for (const [i, x] of places.entries())
    for (const [j, y] of places.entries())
      if (!((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0))) square(x, y, 2, [1]);
  putFormat(put, size, mask);
  if (version >= 7) putVersion(put, size, version);
  putWords(dark, fixed, words, mask);
  return dark;
}

type Put = (x: number, y: number, value: boolean) => void;

function putFormat(put: Put, size: number, mask: number): void {
  const data = (LEVEL_M << 3) | mask;
  let rest = data;
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (place: number): boolean => ((bits >> place) & 1) === 1;
  for (let i = 0; i < 6; i += 1) put(8, i, bit(i));
  put(8, 7, bit(6));
  put(8, 8, bit(7));
  put(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) put(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) put(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) put(8, size - 15 + i, bit(i));
  put(8, size - 8, true);
}

function putVersion(put: Put, size: number, version: number): void {
  let rest = version;
  for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i += 1) {
    const [x, y] = [size - 11 + (i % 3), Math.floor(i / 3)];
    put(x, y, ((bits >> i) & 1) === 1);
    put(y, x, ((bits >> i) & 1) === 1);
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Two columns at a time from the right, up and down by turns, past what is fixed. */
function putWords(dark: boolean[][], fixed: readonly boolean[][], words: readonly number[], mask: number): void {
  const size = dark.length;
  const masked = at(MASKS, mask);
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      for (const x of [right, right - 1]) {
        const up = ((right + 1) & 2) === 0;
        const y = up ? size - 1 - step : step;
        if (at(fixed, y)[x]) continue;
        const value = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        at(dark, y)[x] = value !== masked(x, y);
        bit += 1;
      }
    }
  }
}

/** How badly a code reads: long runs, blocks, what looks like a corner, too much of one shade. */
function penalty(grid: readonly (readonly boolean[])[]): number {
  const size = grid.length;
  const columns = Array.from({ length: size }, (_, x) => grid.map((row) => row[x] === true));
  const corner = /(?=10111010000|00001011101)/g;
  let score = 0;
  for (const line of [...grid, ...columns]) {
    const text = line.map(Number).join("");
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) score += run.length - 2;
    score += [...text.matchAll(corner)].length * 40;
  }
  for (let y = 0; y + 1 < size; y += 1)
    for (let x = 0; x + 1 < size; x += 1) {
      const sum = [grid[y]?.[x], grid[y]?.[x + 1], grid[y + 1]?.[x], grid[y + 1]?.[x + 1]].filter(Boolean).length;
      if (sum === 0 || sum === 4) score += 3;
    }
  const share = grid.flat().filter(Boolean).length / (size * size);
  return score + Math.floor(Math.abs(share - 0.5) * 20) * 10;
}
