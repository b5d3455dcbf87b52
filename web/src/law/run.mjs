/**
 * The browser's evaluator run by Node, for programs written in Python: built as the phone builds it, then asked.
 *
 *     node run.mjs answer                   lines {record, rule_set, as_of} in, lines {verdict, en, es} out
 *     node run.mjs holds                    lines {record, rule_set, as_of, days} in, lines {holds_until, changed_on} out
 *     node run.mjs measure RULES DAY PARTS  lines of records in; one line out: seconds of processor time to decode all,
 *                                           and to decode and judge all, and the memory held after each part
 *
 * `tests/law/compare.py` compares the answers with Python's byte for byte, `tests/law/holds.py` watches `holds_until`,
 * `bench/law.py` prints the measurement.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, cpuUsage, memoryUsage, stdin, stdout, version } from "node:process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const ANSWERS_PER_WRITE = 500;

/** The evaluator as a module, built into a folder that is gone again when this returns. */
async function builtLaw() {
  const outDir = await mkdtemp(join(tmpdir(), "doseledger-law-"));
  try {
    await build({
      configFile: false,
      root: resolve(import.meta.dirname, "../.."),
      logLevel: "error",
      build: { ssr: resolve(import.meta.dirname, "index.ts"), outDir, target: "node20", copyPublicDir: false },
    });
    const law = await import(pathToFileURL(join(outDir, "index.js")).href);
    await law.ruleSets();
    return law;
  } finally {
    await rm(outDir, { recursive: true });
  }
}

async function ruleSetNamed(law, id) {
  const found = await law.ruleSetNamed(id);
  if (found === null) throw new Error(`no rule set ${id}`);
  return found;
}

/** Answers each line of standard input by a line. */
async function eachLine(reply) {
  let lines = [];
  for await (const line of createInterface({ input: stdin })) {
    lines.push(JSON.stringify(await reply(JSON.parse(line))));
    if (lines.length < ANSWERS_PER_WRITE) continue;
    stdout.write(`${lines.join("\n")}\n`);
    lines = [];
  }
  if (lines.length > 0) stdout.write(`${lines.join("\n")}\n`);
}

const answer = (law) =>
  eachLine(async ({ record, rule_set: id, as_of: asOf }) => {
    const ruleSet = await ruleSetNamed(law, id);
    const verdict = law.evaluate(record, ruleSet, asOf);
    const [en, es] = ["en", "es"].map((language) => law.explain(verdict, record, ruleSet, language));
    return { verdict, en, es };
  });

const holds = (law) =>
  eachLine(async ({ record, rule_set: id, as_of: asOf, days }) => {
    const ruleSet = await ruleSetNamed(law, id);
    const said = (day) => JSON.stringify({ ...law.evaluate(record, ruleSet, day), as_of: "" });
    const now = said(asOf);
    return { holds_until: JSON.parse(now).holds_until, changed_on: days.find((day) => said(day) !== now) ?? "" };
  });

/** Seconds of processor time that a piece of work takes. */
function seconds(work) {
  const before = cpuUsage();
  work();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1e6;
}

async function measure(law, id, asOf, parts) {
  const ruleSet = await ruleSetNamed(law, id);
  const lines = [];
  for await (const line of createInterface({ input: stdin })) lines.push(line);
  const overall = {};
  const memory = [];
  const decode = seconds(() => {
    for (const line of lines) JSON.parse(line);
  });
  let both = 0;
  for (let part = 0; part < parts; part += 1) {
    both += seconds(() => {
      for (const line of lines.slice((part * lines.length) / parts, ((part + 1) * lines.length) / parts)) {
        const verdict = law.evaluate(JSON.parse(line), ruleSet, asOf);
        overall[verdict.overall] = (overall[verdict.overall] ?? 0) + 1;
      }
    });
    memory.push(Math.round((memoryUsage.rss() / 2 ** 20) * 10) / 10);
  }
  const figures = { decode_seconds: decode, decode_and_evaluate_seconds: both, memory_mib: memory };
  stdout.write(`${JSON.stringify({ runtime: `Node ${version.slice(1)}`, overall, ...figures })}\n`);
}

const [, , mode, ...rest] = argv;
const law = await builtLaw();
if (mode === "answer") await answer(law);
else if (mode === "holds") await holds(law);
else if (mode === "measure") await measure(law, rest[0], rest[1], Number(rest[2]));
else throw new Error("say answer, holds, or measure RULES DAY PARTS");
