-- One data key a stream, wrapped. Kept apart from ledger.db; its back-ups expire within 35 days.
CREATE TABLE IF NOT EXISTS stream_key (
    district TEXT NOT NULL,
    stream   TEXT NOT NULL,
    key_id   BLOB NOT NULL,
    wrapped  BLOB NOT NULL,
    PRIMARY KEY (district, stream)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS stream_key_id ON stream_key (district, key_id);
