/**
 * The three runs of bench/sync.py on PouchDB; prints their figures as one JSON object.
 *
 *     node client.mjs URL FOLDER PUSHES HISTORY DEVICES ONES
 *
 * PUSHES and HISTORY hold one event a line. Each device is a database of its own on this disk; what it pushes is
 * in it before the clock starts. Nothing is verified, checked or folded: the peer has no such step.
 */
import { readFileSync } from "node:fs";
import http from "node:http";
import { durable } from "./durable.mjs";

const [url, folder, pushes, history, devices, ones] = process.argv.slice(2);
const PouchDB = durable(folder);
const count = Number(devices);
const log = new PouchDB(`${url}/log`);

const read = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const seconds = (since) => (performance.now() - since) / 1000;
const quantile = (values, part) => values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * part) - 1)];
const bytesSent = async () => (await fetch(`${url}/_sent`)).json();

async function push(bodies) {
  const local = Array.from({ length: count }, (_, number) => new PouchDB(`device-${number}`));
  const share = bodies.length / count;
  for (const [number, device] of local.entries()) await device.bulkDocs(bodies.slice(number * share, (number + 1) * share));
  await log.info();
  const start = performance.now();
  const took = await Promise.all(
    local.map(async (device) => {
      await device.replicate.to(log);
      return seconds(start);
    }),
  );
  const all = seconds(start);
  const right = (await log.info()).doc_count;
  return { events_per_second: right / all, p50_seconds: quantile(took, 0.5), p99_seconds: quantile(took, 0.99), right };
}

async function pull(bodies) {
  const full = new PouchDB(`${url}/history`);
  for (let at = 0; at < bodies.length; at += 1000) await full.bulkDocs(bodies.slice(at, at + 1000));
  const fresh = new PouchDB("fresh");
  const before = await bytesSent();
  const start = performance.now();
  await fresh.replicate.from(full, { batch_size: 1000 });
  const all = seconds(start);
  const right = (await fresh.info()).doc_count;
  return { events_per_second: right / all, stored_seconds: all, bytes_per_event: ((await bytesSent()) - before) / right, right };
}

async function oneAtATime(bodies) {
  const agent = new http.Agent({ maxSockets: Infinity });
  const before = (await log.info()).doc_count;
  const idle = await Promise.all(Array.from({ length: count }, () => listen(agent)));
  const device = new PouchDB("device-one");
  const took = [];
  for (const body of bodies) {
    const start = performance.now();
    await device.put(body);
    await device.replicate.to(log);
    took.push(1000 * seconds(start));
  }
  const right = (await log.info()).doc_count - before;
  for (const request of idle) request.destroy();
  return { p50_ms: quantile(took, 0.5), p99_ms: quantile(took, 0.99), right };
}

/** A socket that hears of changes and says nothing. */
function listen(agent) {
  return new Promise((heard) => {
    const request = http.get(`${url}/log/_changes?feed=continuous&since=now&heartbeat=20000`, { agent }, (answer) => {
      answer.resume();
      answer.on("error", () => undefined);
      heard(request);
    });
    request.on("error", () => undefined);
  });
}

const bodies = read(pushes);
const singles = bodies.splice(bodies.length - Number(ones));
const figures = { push: await push(bodies), pull: await pull(read(history)), one: await oneAtATime(singles) };
console.log(JSON.stringify(figures));
process.exit(0);
