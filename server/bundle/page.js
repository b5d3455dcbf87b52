// Checks the events on this page with nothing but the browser: commitments, places in the log, seats, signatures.
// The same order as server/bundle/verify.py; docs/bundle.md tells the format.
"use strict";
(async () => {
  const bundle = JSON.parse(document.getElementById("bundle").textContent);
  const proof = document.getElementById("proof");
  const text = new TextEncoder();
  const show = (kind, title, words) => {
    proof.className = kind;
    proof.replaceChildren(Object.assign(document.createElement("strong"), { textContent: title }),
      Object.assign(document.createElement("p"), { textContent: words }));
  };
  const fail = (why) => { throw new Error(why); };
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const unb64 = (coded) => Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const signed = async (key, signature, message) => {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  };

  // A C2SP signed note: text, empty line, "— name base64(key id ‖ signature)".
  const openNote = async (note, verifierKey) => {
    const [name, id, coded] = [verifierKey.split("+")[0], verifierKey.split("+")[1], verifierKey.split("+").slice(2).join("+")];
    const key = unb64(coded).slice(1);
    const cut = note.lastIndexOf("\n\n");
    const body = note.slice(0, cut + 1);
    for (const line of note.slice(cut + 2).split("\n")) {
      if (!line.startsWith(`— ${name} `)) continue;
      const blob = unb64(line.slice(name.length + 3));
      if (hex(blob.slice(0, 4)) === id && await signed(key, blob.slice(4), text.encode(body))) return body;
    }
    return fail("the log's checkpoint is not signed by its key");
  };

  // RFC 6962, section 2.1.1, as RFC 9162, section 2.1.3.2, walks it. Sizes stay below 2^53, so no bit operators.
  const rootOf = async (leaf, index, size, path) => {
    let hash = leaf, fn = index, sn = size - 1;
    for (const sibling of path) {
      if (sn === 0) fail("the proof is too long");
      if (fn % 2 === 1 || fn === sn) {
        hash = await sha256(join([1], sibling, hash));
        while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
      } else {
        hash = await sha256(join([1], hash, sibling));
      }
      fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
    }
    return sn === 0 ? hash : fail("the proof is too short");
  };

  const checkPlace = async (one, head) => {
    const lines = one.receipt.slice(0, one.receipt.indexOf("\n\n")).split("\n");
    const entry = unb64(lines[1].slice("extra ".length));
    const index = Number(lines[2].slice("index ".length));
    const path = lines.slice(3).map(unb64);
    const eventHash = await sha256(join(text.encode(one.header), unb64(one.signature)));
    if (index !== one.position || !same(entry.slice(1, 33), eventHash)) fail("the receipt is for another event");
    if (one.receipt.slice(one.receipt.indexOf("\n\n") + 2) !== bundle.checkpoint) fail("the receipt has another checkpoint");
    const leaf = await sha256(join([0], entry));
    if (!same(await rootOf(leaf, index, head.size, path), head.root)) fail("its place in the log is not proven");
  };

  const checkSignature = async (one, header, seats, logKey) => {
    const payload = one.payload === undefined ? undefined : JSON.parse(one.payload);
    const opens = header.type === "seat.opened" && payload !== undefined;
    const device = header.stream.split("/")[1];
    if (opens && payload.author === "system") {
      const binding = `doseledger/seat/v1\n${header.district}\n${header.device}\nsystem\n${payload.public_key}`;
      const own = header.author === "system" && device === header.device;
      if (!own || !await signed(logKey, unb64(payload.certificate), text.encode(binding))) fail("the log key did not certify its seat");
      (seats[`${device} system`] ??= []).push(unhex(payload.public_key));
    }
    const message = text.encode("doseledger/event/v1\n" + one.header);
    const keys = seats[`${header.device} ${header.author}`] ?? [];
    let good = false;
    for (const key of keys) good ||= await signed(key, unb64(one.signature), message);
    if (!good) fail(keys.length ? "the signature is not by its author on its device" : "nothing vouches for its seat");
    if (opens && payload.author !== "system") (seats[`${device} ${payload.author}`] ??= []).push(unhex(payload.public_key));
  };

  try {
    const [, size, root] = (await openNote(bundle.checkpoint, bundle.log_key)).split("\n");
    const head = { size: Number(size), root: unb64(root) };
    const logKey = unb64(bundle.log_key.split("+").slice(2).join("+")).slice(1);
    const seats = {};
    for (const one of [...bundle.events].sort((a, b) => a.position - b.position)) {
      try {
        const header = JSON.parse(one.header);
        await checkPlace(one, head);
        if (one.payload !== undefined) {
          const commitment = await sha256(join(unb64(one.salt), text.encode(one.payload)));
          if (hex(commitment) !== header.commitment) fail("the payload is not what was signed");
        }
        await checkSignature(one, header, seats, logKey);
      } catch (error) {
        throw new Error(`event at position ${one.position}: ${error.message}`);
      }
    }
    show("good", "Checked here, in your browser: every event is genuine.",
      `${bundle.events.length} signed events stand in the district's log as they were written. ` +
      `Compare the log key below with the one the district publishes. The words on this page are covered when the ` +
      `whole file is checked: doseledger verify.`);
  } catch (error) {
    if (error.name === "NotSupportedError" || globalThis.crypto?.subtle === undefined) {
      show("", "Not checked here.", "This browser cannot check Ed25519 signatures. Run: doseledger verify, or open the page in a newer browser.");
    } else {
      show("bad", "This file was changed or is damaged.", error.message);
    }
  }
})();
