/** What a header promises about its payload: SHA-256(salt ‖ payload). */
import { type Bytes, hex, sha256 } from "./bytes";
import type { Header, SignedEvent } from "./envelope";
import type { Hash } from "./generated";

export const commit = async (salt: Bytes, payload: Bytes): Promise<Hash> => hex(await sha256(salt, payload));

/** Whether the event's salt and payload are what its header committed to. */
export const holds = async (event: SignedEvent, header: Header): Promise<boolean> =>
  (await commit(event.salt, event.payload)) === header.commitment;
