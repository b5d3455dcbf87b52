/**
 * The phone's store and sync as they ship, without screens: what the conformance suite drives in a real Chromium
 * (tests/conformance/browser.py). Each command is a tab of its own: opened, unlocked, used, closed.
 */
import { EVENT_TYPES, type EventPayloads, type Photo, type Stream } from "../../src/events/generated";
import { WIRE_VERSION } from "../../src/events/wire";
import { Device, readOwn } from "../../src/store/device";
import type { Own } from "../../src/store/kept";
import { isReceipted } from "../../src/store/photos";
import { Courier } from "../../src/sync/courier";
import { askFates } from "../../src/sync/fates";
import { Follower, type LinkState } from "../../src/sync/follower";
import { enroll } from "../../src/sync/server";

/** What a command line says of one fact. */
interface Line {
  readonly stream: Stream;
  readonly type: keyof EventPayloads;
  readonly payload: EventPayloads[keyof EventPayloads];
  /** Of the paper: a JPEG, in base64. */
  readonly picture?: string;
}

const PIN = "271828";
/** A try of the PIN costs next to nothing: nobody guesses here, and every command is a try. */
const CHEAP = { passes: 1, memoryKib: 64 };

async function device(): Promise<Device> {
  const opened = await Device.open(() => {}, CHEAP);
  const [nurse] = await opened.colleagues();
  if (nurse !== undefined) {
    const tried = await opened.unlock(PIN, nurse.staff);
    if (tried !== "open") throw new Error(`the PIN does not open this phone: ${JSON.stringify(tried)}`);
  }
  return opened;
}

const commands = {
  async enroll(code: string, label: string): Promise<unknown> {
    const phone = await device();
    await phone.enroll(PIN, (key) => enroll({ code, public_key: key, label, kind: "phone", version: WIRE_VERSION }));
    return { device: phone.enrolled?.device };
  },

  async follow(scope: string, patienceMs: number): Promise<unknown> {
    const phone = await device();
    await phone.choose(scope, "conformance");
    return takeTurns(phone, patienceMs);
  },

  async record(lines: readonly Line[]): Promise<unknown> {
    const phone = await device();
    const ids: string[] = [];
    for (const { stream, type, payload, picture } of lines) {
      if (!(type in EVENT_TYPES)) throw new Error(`no event type ${type}`);
      const photo = picture === undefined ? {} : { photo: await phone.keepPhoto(fromBase64(picture)) };
      ids.push(await phone.record(stream, type, { ...payload, ...photo }));
    }
    return ids;
  },

  async sync(patienceMs: number): Promise<unknown> {
    const phone = await device();
    const link = await takeTurns(phone, patienceMs);
    await askFates(phone);
    return { ...link, wrong_streams: phone.state.wrong?.streams ?? [] };
  },

  async outbox(): Promise<unknown> {
    const phone = await device();
    return phone.own.map((row) => ({ ...row, state: stateOf(row), picture: pictureOf(phone, row) }));
  },
};

function stateOf({ state, ending }: Own): string {
  if (state === "waiting") return "on_device";
  return ending === undefined || ending.state === "open" ? state : ending.state;
}

/** Where the picture is that the row's event names; empty for one that names none. */
function pictureOf(phone: Device, row: Own): string {
  const { photo } = readOwn(row).payload as { readonly photo?: Photo };
  const kept = phone.photos.find((one) => one.name === photo?.sealed);
  if (kept === undefined) return "";
  if (isReceipted(kept, phone.state.origin)) return "receipted";
  return kept.note === "" || kept.hasSpare ? "on_device" : "unconfirmed";
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** Follow the log, and carry pictures behind the events, until nothing waits and nothing is asked, or the time is over. */
function takeTurns(phone: Device, patienceMs: number): Promise<LinkState> {
  return new Promise((resolve) => {
    let last: LinkState = { link: "offline", detail: "", code: "", skewMs: 0 };
    const courier = new Courier(phone);
    const end = (): void => {
      clearTimeout(timer);
      follower.stop();
      courier.stop();
      resolve(last);
    };
    const look = (): void => {
      const { origin } = phone.state;
      const waits = phone.own.some((row) => row.state === "waiting");
      const carries = phone.photos.some((one) => !isReceipted(one, origin));
      if (last.link === "alarm" || (last.link === "online" && !waits && !carries)) end();
    };
    const timer = setTimeout(end, patienceMs);
    const follower = new Follower(
      phone,
      (now) => {
        last = now;
        if (now.link === "online") courier.stir();
        look();
      },
      () => {},
    );
    phone.onChange(look);
    follower.start();
  });
}

Object.assign(globalThis, { phone: commands });
