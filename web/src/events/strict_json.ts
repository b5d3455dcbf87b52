/**
 * A JSON object read so that every program that reads it sees the same thing.
 *
 *     one object, UTF-8, no byte order mark, finite numbers, paired surrogates,
 *     no name twice in one object, at most NESTING_MAX brackets deep
 *
 * Same rules as `events/strict_json.py`. Bytes are not asked to be canonical.
 */
import { type Bytes, text } from "./bytes";
import { MalformedEvent } from "./errors";

const NESTING_MAX = 32;

export type JsonObject = Record<string, unknown>;

/** The object. Throws MalformedEvent that says what is wrong with the named part. */
export function readObject(raw: Bytes, part: string): JsonObject {
  let written: string;
  let value: unknown;
  try {
    written = text(raw);
    value = JSON.parse(written);
  } catch (error) {
    throw new MalformedEvent(`${part} is not UTF-8 JSON`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedEvent(`${part} is not a JSON object`);
  }
  check(value, part, 1);
  if (JSON.stringify(value) !== written) checkNames(written, part);
  return value as JsonObject;
}

function check(value: unknown, part: string, depth: number): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new MalformedEvent(`${part} holds no finite number`);
  if (typeof value === "string" && LONE_SURROGATE.test(value)) {
    throw new MalformedEvent(`${part} holds half a surrogate pair`);
  }
  if (typeof value !== "object" || value === null) return;
  if (depth > NESTING_MAX) throw new MalformedEvent(`${part} is nested deeper than ${NESTING_MAX}`);
  for (const [name, inner] of Object.entries(value)) {
    check(name, part, depth + 1);
    check(inner, part, depth + 1);
  }
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Only for bytes that do not write back to themselves: JSON.parse keeps the last of two equal names in silence. */
function checkNames(written: string, part: string): void {
  const open: (Set<string> | null)[] = [];
  let last = "";
  for (const [token] of written.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name: string = JSON.parse(last);
      const names = open.at(-1);
      if (names?.has(name)) throw new MalformedEvent(`${part} names something twice in one object`);
      names?.add(name);
    }
    last = token;
  }
}
