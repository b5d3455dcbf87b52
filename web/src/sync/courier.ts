/**
 * Carries pictures of papers behind the events: one at a time, in pieces, only while no healthy event waits.
 *
 *     stirred, or the wait is over --> how much is there? --> next part of a piece --> … --> note verified and kept
 *     a part took little time: the next is twice as large, up to a piece        none came through: half as large
 *     a new epoch of the log --> how much is there? is asked of each once more; what was lost goes again
 *     no answer: waits a random time, up to two minutes, then asks again how much is there
 *     refused, or a receipt that does not hold: the next picture, and this one again after such a wait
 */
import type { Bytes } from "../events/bytes";
import type { PhotoState } from "../events/wire";
import type { Device } from "../store/device";
import { isReceipt, isReceipted, type KeptPhoto, PART_BYTES_MIN, PIECE_BYTES, partOf } from "../store/photos";
import { backoffMs } from "./backoff";
import { ask, Unreachable } from "./server";

const SYNCER = "doseledger courier";
/** A part that took no longer is followed by one of twice its size: a sixth of the time it is given. */
const QUICK_MS = 5_000;

export class Courier {
  private timer: number | undefined;
  private running = false;
  private stopped = false;
  private failures = 0;
  private partBytes = PART_BYTES_MIN;
  /** Pictures that came to nothing in this round: they hold up no other. */
  private readonly setAside = new Set<string>();
  /** Pictures that neither the phone nor the district has any more: each was asked for once in a log, by its origin. */
  private readonly lost = new Set<string>();

  constructor(private readonly device: Device) {}

  /** Something was delivered, taken or connected: go on, if there is anything to carry. */
  readonly stir = (): void => {
    clearTimeout(this.timer);
    void this.run();
  };

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.setAside.clear();
    try {
      await navigator.locks.request(SYNCER, { ifAvailable: true }, async (lock) => {
        for (let next = this.next(); lock !== null && next !== null; next = this.next()) await this.attempt(next);
      });
      if (this.setAside.size > 0) this.wait();
      else this.failures = 0;
    } catch {
      this.wait();
    } finally {
      this.running = false;
    }
  }

  /** No answer, or one that did not hold: nothing is lost, it is asked again. */
  private wait(): void {
    this.failures += 1;
    if (!this.stopped) this.timer = window.setTimeout(this.stir, backoffMs(this.failures, Math.random()));
  }

  /** Rejects where no other picture would fare better. */
  private async attempt(photo: KeptPhoto): Promise<void> {
    try {
      await this.carry(photo);
    } catch (why) {
      if (why instanceof Unreachable) throw why;
      this.setAside.add(photo.name);
    }
  }

  /** What to carry now: nothing while an event waits that may go. One that goes wrong by itself holds up no picture. */
  private next(): KeptPhoto | null {
    const { own, photos, isUnlocked, state } = this.device;
    if (this.stopped || !isUnlocked || own.some((row) => row.state === "waiting" && !row.attempts)) return null;
    const mayGo = ({ name }: KeptPhoto) => !this.setAside.has(name) && !this.lost.has(lostIn(state.origin, name));
    return photos.find((photo) => !isReceipted(photo, state.origin) && mayGo(photo)) ?? null;
  }

  /** The next part: as much as came through in little time before. */
  private async send(photo: KeptPhoto, sealed: Bytes, begin: number, token: string): Promise<PhotoState> {
    const { number, at, bytes } = partOf(sealed, begin, this.partBytes);
    const began = performance.now();
    try {
      const path = `/photos/${photo.name}/${number}?size=${photo.size}&at=${at}`;
      const state = await ask<PhotoState>("PUT", path, { token, bytes });
      if (performance.now() - began < QUICK_MS) this.partBytes = Math.min(PIECE_BYTES, this.partBytes * 2);
      return state;
    } catch (why) {
      if (why instanceof Unreachable) this.partBytes = Math.max(PART_BYTES_MIN, this.partBytes / 2);
      throw why;
    }
  }

  /** One picture to its receipt; stops between parts for an event that came in. */
  private async carry(photo: KeptPhoto): Promise<void> {
    const { enrolled } = this.device;
    if (enrolled === null) return;
    const { token, log_key } = enrolled;
    let state = await ask<PhotoState>("GET", `/photos/${photo.name}`, { token });
    const sealed = state.note ? null : await this.device.sealedBytes(photo);
    for (let before = -1; !state.note && sealed !== null && this.next()?.name === photo.name; ) {
      const { bytes_here: here } = state;
      if (!(before < here && here < photo.size)) throw new Error("the district counts the bytes of a picture wrongly");
      before = here;
      state = await this.send(photo, sealed, here, token);
    }
    if (!state.note && sealed === null) this.lost.add(lostIn(this.device.state.origin, photo.name));
    if (!state.note) return;
    const { origin } = this.device.state;
    if (!(await isReceipt(state.note, photo, log_key, origin)))
      throw new Error("the receipt of a picture does not hold");
    await this.device.photoReceipted(photo, state.note);
  }
}

const lostIn = (origin: string, name: string): string => `${origin} ${name}`;
