/**
 * What the phone and the server say to each other: the messages of docs/sync.md, version 1.
 *
 *     POST /enroll   EnrollRequest -> Enrolled
 *     POST /sync     SyncRequest   -> SyncResponse
 *     WS   /news     Hello         -> News, News, …
 *
 * Signed bytes travel as the strings they are; salt, signature, entries and path hashes as unpadded base64url.
 */
import { base64url, text, unbase64url, utf8 } from "./bytes";
import type { SignedEvent } from "./envelope";
import { MalformedEvent } from "./errors";
import type { ClinicId, DeviceId, DistrictId, EventId, Hash, Position, SeatId, StaffId, StudentId } from "./generated";

export const WIRE_VERSION = 1;
/** Damaged events asked for in one answer, and returned in one request. */
export const WANTED_MAX = 20;
export const PUSH_EVENTS_MAX = 200;

export interface WireEvent {
  readonly header: string;
  readonly signature: string;
  readonly salt: string;
  readonly payload: string;
}

export interface Proof {
  readonly entry: string;
  readonly position: Position;
  readonly path: readonly string[];
}

export interface Accepted {
  readonly is: "accepted";
  readonly event_hash: Hash;
  readonly proof: Proof;
  readonly flags?: readonly string[];
}

export interface Duplicate {
  readonly is: "duplicate";
  readonly event_hash: Hash;
  readonly proof: Proof;
  readonly flags?: readonly string[];
}

export interface Quarantined {
  readonly is: "quarantined";
  readonly submission: Hash;
  readonly reason: string;
  readonly detail: string;
  readonly owner: string;
  readonly record: WireEvent;
  readonly proof: Proof;
}

export type Answer = Accepted | Duplicate | Quarantined;

export interface Cursor {
  readonly origin: string;
  readonly scope: string;
  readonly effective: number;
  readonly position: number;
  readonly size: number;
  readonly root: string;
}

export interface Pull {
  readonly scope: string;
  readonly cursor?: Cursor;
  readonly limit?: number;
  /** Ask for the digest of every stream of the scope. */
  readonly digests?: boolean;
}

/** The events of a page in columns, what repeats written once; `packing.ts` makes the signed bytes again. */
export interface Packed {
  readonly district: string;
  readonly streams: readonly string[];
  readonly types: readonly (readonly [string, number])[];
  readonly writers: readonly (readonly [string, string])[];
  readonly effective: readonly number[];
  readonly position: readonly number[];
  readonly received_at: readonly number[];
  readonly stream: readonly number[];
  readonly type: readonly number[];
  readonly writer: readonly number[];
  readonly id: readonly string[];
  readonly seq: readonly number[];
  readonly prev: readonly string[];
  readonly recorded_at: readonly string[];
  readonly seen_epoch: readonly number[];
  readonly seen_size: readonly number[];
  readonly payload: readonly string[];
  readonly salts: string;
  readonly signatures: string;
}

/** An event of a page, unpacked; `receivedAt` in milliseconds since 1970. */
export interface PulledEvent {
  readonly position: Position;
  readonly effective: Position;
  readonly receivedAt: number;
  readonly hash: Hash;
  readonly stream: string;
  readonly event: WireEvent;
}

/** `note` is the log's signature over the page's digest and, at the end of a pull, the scope's (digest.ts). */
export interface Page {
  readonly is: "page";
  readonly scope: string;
  readonly events: Packed;
  readonly cursor: Cursor;
  readonly done: boolean;
  readonly note: string;
  readonly forget?: readonly StudentId[];
  /** Of each stream, hexadecimal; only where they were asked for. */
  readonly digests?: readonly (readonly [string, string])[] | null;
}

export type ResetReason = "origin_changed" | "cursor_ahead" | "root_differs" | "scope_unknown" | "scope_not_allowed";

export interface Reset {
  readonly is: "reset";
  readonly scope: string;
  readonly reason: ResetReason;
  readonly after_seconds?: number;
}

/** An event sealed to the district (docs/hand-off.md). */
export interface SealedEvent {
  readonly device: DeviceId;
  readonly seq: number;
  readonly event_hash: Hash;
  readonly sealed: string;
}

export interface SyncRequest {
  readonly push: readonly WireEvent[];
  /** For events of `push` that have a receipt of an earlier epoch: the one of the earliest time. */
  readonly presented?: readonly { readonly event_hash: Hash; readonly receipt: string }[];
  /** Other devices' events out of a hand-off file, carried unopened; each is answered in `carried`. */
  readonly sealed?: readonly SealedEvent[];
  /** Events of the log that the server said it wants; not answered one by one. */
  readonly returned?: readonly WireEvent[];
  readonly pull?: Pull;
  readonly since?: number;
  readonly version: number;
}

export interface SyncResponse {
  readonly checkpoint: string;
  readonly answers?: readonly Answer[];
  readonly carried?: readonly Answer[];
  readonly page?: Page | Reset | null;
  /** Beside the last page: the other devices at work in the scope, and when the server last heard of each. */
  readonly devices?: readonly { readonly device: DeviceId; readonly label: string; readonly reported_at: string }[];
  readonly consistency?: readonly string[];
  /** Events of the log whose bytes the server's disk has damaged: whoever holds one is asked to return it. */
  readonly wanted?: readonly Hash[];
  readonly server_time?: string;
  readonly version?: number;
}

/** The last word on a submission, and its place in the log; without `record` there is none yet, or none for this seat. */
export interface Fate {
  readonly submission: Hash;
  readonly record?: WireEvent | null;
  readonly proof?: Proof | null;
  /** Name of who took or settled it; empty for the program. */
  readonly who?: string;
  /** The submitted event itself, where it was let in as it was signed. */
  readonly kept?: Proof | null;
}

export interface Fates {
  readonly checkpoint: string;
  readonly fates: readonly Fate[];
}

/** What a seat signs to ask what became of its submissions. */
export const fatesAsked = (seat: SeatId, submissions: readonly Hash[]) =>
  utf8(["doseledger/fates/v1", seat, ...submissions].join("\n"));

export interface EnrollRequest {
  readonly code: string;
  readonly public_key: string;
  readonly label: string;
  readonly kind: "phone" | "tablet" | "laptop";
  /** The device a further seat is for; its own token goes with the request. */
  readonly device?: DeviceId;
  readonly version: number;
}

export interface ClinicChoice {
  readonly clinic: ClinicId;
  readonly name: string;
  readonly on: string;
  readonly students: number;
}

export interface Enrolled {
  readonly district: DistrictId;
  readonly district_name: string;
  readonly device: DeviceId;
  readonly seat: SeatId;
  readonly staff: StaffId;
  readonly staff_name: string;
  readonly staff_title: string;
  readonly token: string;
  readonly log_key: string;
  readonly origin: string;
  readonly sealing_key: string;
  readonly time_zone: string;
  readonly opened: EventId;
  readonly clinics?: readonly ClinicChoice[];
}

export interface News {
  readonly is: "news";
  readonly origin: string;
  readonly size: number;
}

/** A refusal as RFC 9457 `application/problem+json`; `code` is stable. */
/** How much of a sealed picture the server has; with all of it, `note` is the receipt. */
export interface PhotoState {
  readonly pieces: number;
  /** Of all its bytes, the first so many: the last piece may be here in part. */
  readonly bytes_here: number;
  readonly note?: string;
}

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

export function toWire(event: SignedEvent): WireEvent {
  return {
    header: text(event.header),
    signature: base64url(event.signature),
    salt: base64url(event.salt),
    payload: text(event.payload),
  };
}

/** The event's bytes. Throws MalformedEvent when signature or salt is not base64url. */
export function fromWire(event: WireEvent): SignedEvent {
  try {
    return {
      header: utf8(event.header),
      signature: unbase64url(event.signature),
      salt: unbase64url(event.salt),
      payload: utf8(event.payload),
    };
  } catch (error) {
    throw new MalformedEvent("signature or salt is not unpadded base64url", { cause: error });
  }
}
