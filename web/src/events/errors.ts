/**
 * What can be wrong with bytes that claim to be an event, a proof or a key.
 *
 *     DoseledgerError
 *     ├── MalformedEvent    header, payload or envelope is not canonical
 *     ├── BadProof          an inclusion or consistency proof, or a receipt, does not add up
 *     └── BadCheckpoint     a signed note is unreadable or signed by another key
 *
 * Expected outcomes (a duplicate, a quarantined event) are values, never errors.
 */

export class DoseledgerError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

export class MalformedEvent extends DoseledgerError {}
export class BadProof extends DoseledgerError {}
export class BadCheckpoint extends DoseledgerError {}
