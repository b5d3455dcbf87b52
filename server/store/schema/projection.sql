-- Rows that folds make of the log: derived, so they may be changed, dropped and built again.

CREATE TABLE IF NOT EXISTS projection (          -- how far each generation of a projection has read
    district   TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,                 -- the next position to read
    root       BLOB    NOT NULL,                 -- of the log of that size: which history the rows are of
    live       INTEGER NOT NULL,                 -- 1 for the one that readers of its version see
    PRIMARY KEY (district, name, generation)
) WITHOUT ROWID;
DROP INDEX IF EXISTS projection_live;            -- of older programs: one for all versions
CREATE UNIQUE INDEX IF NOT EXISTS projection_live_of_version ON projection (district, name, version) WHERE live = 1;

CREATE TABLE IF NOT EXISTS projection_row (
    district    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    stream      TEXT    NOT NULL,                -- whose row it is, and under whose key it is sealed
    stream_key  BLOB    NOT NULL,
    status      TEXT    NOT NULL,
    holds_until TEXT    NOT NULL,
    count       INTEGER NOT NULL,
    sealed      BLOB    NOT NULL,
    PRIMARY KEY (district, name, generation, stream)
);
