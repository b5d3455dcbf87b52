-- A device's file. Plain columns hold random ids, hashes, states and proofs; everything a person wrote is sealed.

CREATE TABLE IF NOT EXISTS meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- What this device made. A row is never deleted without a receipt, and what was signed never changes.
CREATE TABLE IF NOT EXISTS own (
    seq        INTEGER PRIMARY KEY,
    event_hash TEXT NOT NULL UNIQUE,
    sealed     BLOB NOT NULL,
    state      TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'receipted', 'quarantined')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    complaint  BLOB
) STRICT;

-- Undelivered events once more, each sealed to the district as a hand-off file of one event: readable without the PIN,
-- by the district alone.
CREATE TABLE IF NOT EXISTS hand_off (
    seq  INTEGER PRIMARY KEY REFERENCES own (seq),
    file BLOB NOT NULL
) STRICT;

-- Pictures of papers, each attached to an own event: sealed under a key that lies in that event alone. With the log
-- key's note, the receipt, the pieces are a spare for a server that is put back, and may go.
CREATE TABLE IF NOT EXISTS photos (
    name       TEXT PRIMARY KEY,
    seq        INTEGER NOT NULL REFERENCES own (seq),
    size_bytes INTEGER NOT NULL,
    note       TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE IF NOT EXISTS photo_pieces (
    name   TEXT NOT NULL REFERENCES photos (name),
    number INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    PRIMARY KEY (name, number)
) STRICT;

-- Proofs, one for each epoch of the log, each standing alone. For a quarantined event: of the record, with its words.
CREATE TABLE IF NOT EXISTS receipts (
    event_hash  TEXT NOT NULL,
    origin      TEXT NOT NULL,
    position    INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    receipt     TEXT NOT NULL,
    flags       TEXT NOT NULL DEFAULT '[]',
    refusal     BLOB,
    PRIMARY KEY (event_hash, origin)
) STRICT;

-- How the office settled what was set aside, where the device had to ask: the words and their proof, sealed.
CREATE TABLE IF NOT EXISTS fates (
    event_hash TEXT PRIMARY KEY REFERENCES own (event_hash),
    sealed     BLOB NOT NULL
) STRICT;

-- Own events that were set aside and let in before the log was restored: their own receipts from then.
CREATE TABLE IF NOT EXISTS let_in (
    event_hash  TEXT NOT NULL REFERENCES own (event_hash),
    received_at TEXT NOT NULL,
    receipt     TEXT NOT NULL,
    PRIMARY KEY (event_hash, receipt)
) STRICT;

CREATE TABLE IF NOT EXISTS checkpoints (
    origin TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    note   TEXT NOT NULL,
    kept   INTEGER NOT NULL
) STRICT;

-- ``whole`` is the digest of the entire scope as the log signed it at the cursor, at the end of a pull only.
CREATE TABLE IF NOT EXISTS scopes (
    id       INTEGER PRIMARY KEY,
    scope    TEXT NOT NULL UNIQUE,
    cursor   TEXT,
    complete INTEGER NOT NULL DEFAULT 0,
    whole    BLOB
) STRICT;

CREATE TABLE IF NOT EXISTS forgetting (
    scope   TEXT NOT NULL,
    student TEXT NOT NULL,
    PRIMARY KEY (scope, student)
) STRICT;

-- What was downloaded. Times are ms since 1970 (UTC).
CREATE TABLE IF NOT EXISTS inbox (
    stream      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    event_hash  TEXT NOT NULL,
    type        TEXT NOT NULL,
    trust       TEXT NOT NULL DEFAULT 'given',
    sealed      BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS inbox_by_stream ON inbox (stream, position);

-- The streams of a scope and the digest of what is held of each; NULL where it changed since it was computed.
CREATE TABLE IF NOT EXISTS streams (
    id     INTEGER PRIMARY KEY,
    scope  INTEGER NOT NULL,
    stream TEXT NOT NULL,
    digest BLOB,
    UNIQUE (scope, stream)
) STRICT;

-- The other devices at work in a scope, and when the server last heard of each.
CREATE TABLE IF NOT EXISTS reports (
    scope       TEXT NOT NULL,
    device      TEXT NOT NULL,
    label       TEXT NOT NULL,
    reported_at TEXT NOT NULL,
    PRIMARY KEY (scope, device)
) STRICT;

-- Streams that were found held wrongly, and pulled anew.
CREATE TABLE IF NOT EXISTS healed (
    scope  TEXT NOT NULL,
    stream TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;

-- How often in a row a scope was started over, and the streams the server gives wrongly all the same (a JSON array).
CREATE TABLE IF NOT EXISTS wrong (
    scope   TEXT PRIMARY KEY,
    heals   INTEGER NOT NULL,
    streams TEXT NOT NULL
) STRICT;

CREATE TRIGGER IF NOT EXISTS own_is_kept BEFORE DELETE ON own
WHEN NOT EXISTS (SELECT 1 FROM receipts WHERE event_hash = OLD.event_hash)
BEGIN SELECT RAISE(ABORT, 'an event without a receipt is never deleted'); END;

CREATE TRIGGER IF NOT EXISTS own_is_signed_once BEFORE UPDATE OF seq, event_hash, sealed ON own
BEGIN SELECT RAISE(ABORT, 'what was signed never changes'); END;

CREATE TRIGGER IF NOT EXISTS own_leaves_by_receipt BEFORE UPDATE OF state ON own
WHEN NEW.state <> 'waiting' AND NOT EXISTS (SELECT 1 FROM receipts WHERE event_hash = OLD.event_hash)
BEGIN SELECT RAISE(ABORT, 'an event leaves the outbox only with a receipt'); END;

CREATE TRIGGER IF NOT EXISTS photo_is_kept BEFORE DELETE ON photos
BEGIN SELECT RAISE(ABORT, 'what is known of a picture is never deleted'); END;

CREATE TRIGGER IF NOT EXISTS photo_leaves_by_receipt BEFORE DELETE ON photo_pieces
WHEN NOT EXISTS (SELECT 1 FROM photos WHERE name = OLD.name AND note <> '')
BEGIN SELECT RAISE(ABORT, 'a picture leaves only with a receipt'); END;

CREATE TRIGGER IF NOT EXISTS photo_leaves_in_its_epoch BEFORE DELETE ON photo_pieces
WHEN NOT EXISTS (
    SELECT 1 FROM photos WHERE name = OLD.name
    AND instr(note, char(10) || (SELECT origin FROM checkpoints ORDER BY kept DESC LIMIT 1) || char(10)) > 0)
BEGIN SELECT RAISE(ABORT, 'a receipt of another epoch frees no picture'); END;

CREATE TRIGGER IF NOT EXISTS photo_is_sealed_once BEFORE UPDATE ON photo_pieces
BEGIN SELECT RAISE(ABORT, 'what was sealed never changes'); END;
