-- The log and the vault, SQLite. Every key begins with the district; nothing here is about a person.

CREATE TABLE IF NOT EXISTS log (
    district    TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    id          BLOB    NOT NULL,
    device      BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    event_hash  BLOB    NOT NULL,
    received_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (district, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS log_id ON log (district, id);
CREATE UNIQUE INDEX IF NOT EXISTS log_seq ON log (district, device, seq);
DROP INDEX IF EXISTS log_hash; -- of earlier versions: one hash is one header, and so one id

CREATE TRIGGER IF NOT EXISTS log_keeps_every_row BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is insert-only'); END;
CREATE TRIGGER IF NOT EXISTS log_keeps_every_byte BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is insert-only'); END;

-- Header, signature, salt and payload of the event at a position, sealed under its stream's key.
CREATE TABLE IF NOT EXISTS vault (
    district   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    stream_key BLOB    NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (district, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS vault_stream ON vault (district, stream_key, position);

-- A second copy of what the vault's own row no longer gives back; the newest that opens stands. Nothing is overwritten.
CREATE TABLE IF NOT EXISTS healed (
    district   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    stream_key BLOB    NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (district, position, number)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS healed_keeps_every_row BEFORE DELETE ON healed
BEGIN SELECT RAISE(ABORT, 'healed rows are insert-only'); END;
CREATE TRIGGER IF NOT EXISTS healed_keeps_every_byte BEFORE UPDATE ON healed
BEGIN SELECT RAISE(ABORT, 'healed rows are insert-only'); END;

-- A second copy of a row of the log that the disk changed or lost, as the signed tree has it; the newest stands.
CREATE TABLE IF NOT EXISTS healed_log (
    district    TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    id          BLOB    NOT NULL,
    device      BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    event_hash  BLOB    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (district, position, number)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS healed_log_keeps_every_row BEFORE DELETE ON healed_log
BEGIN SELECT RAISE(ABORT, 'healed rows are insert-only'); END;
CREATE TRIGGER IF NOT EXISTS healed_log_keeps_every_byte BEFORE UPDATE ON healed_log
BEGIN SELECT RAISE(ABORT, 'healed rows are insert-only'); END;

-- Bytes that are no event of the log: what submission.quarantined points to.
CREATE TABLE IF NOT EXISTS refused (
    district   TEXT NOT NULL,
    submission BLOB NOT NULL,
    stream_key BLOB NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (district, submission)
) WITHOUT ROWID;

-- Full tiles of 256 hashes (C2SP tlog-tiles); partial ones are computed from the log.
CREATE TABLE IF NOT EXISTS tile (
    district TEXT    NOT NULL,
    level    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    hashes   BLOB    NOT NULL,
    PRIMARY KEY (district, level, number)
) WITHOUT ROWID;

-- One row a district: what an append locks, compares and advances.
CREATE TABLE IF NOT EXISTS head (
    district    TEXT    NOT NULL PRIMARY KEY,
    epoch       INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    root        BLOB    NOT NULL,
    edge        BLOB    NOT NULL, -- hashes of the right edge, largest subtree first
    received_at INTEGER NOT NULL
) WITHOUT ROWID;
