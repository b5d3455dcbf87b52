-- The log, the vault and what hangs on them, PostgreSQL. Run by the owner's role; the program's own roles come here.
-- Every key begins with the district, no constraint crosses districts, nothing here is about a person.

DO $roles$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doseledger_app') THEN
        CREATE ROLE doseledger_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doseledger_records') THEN
        CREATE ROLE doseledger_records NOLOGIN;
    END IF;
EXCEPTION WHEN unique_violation OR duplicate_object THEN
    NULL; -- roles are the cluster's: another database was set up at the same moment
END
$roles$;

CREATE TABLE ledger.log (
    district    text   NOT NULL,
    position    bigint NOT NULL,
    id          uuid   NOT NULL,
    device      uuid   NOT NULL,
    seq         bigint NOT NULL,
    event_hash  bytea  NOT NULL,
    received_at bigint NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (district, position)
);
CREATE UNIQUE INDEX log_id ON ledger.log (district, id);
CREATE UNIQUE INDEX log_seq ON ledger.log (district, device, seq);
CREATE UNIQUE INDEX log_hash ON ledger.log (district, event_hash);

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is insert-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER log_keeps_every_row BEFORE UPDATE OR DELETE ON ledger.log
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER log_is_never_emptied BEFORE TRUNCATE ON ledger.log
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Header, signature, salt and payload of the event at a position, sealed under its stream's key.
CREATE TABLE ledger.vault (
    district   text   NOT NULL,
    position   bigint NOT NULL,
    stream_key bytea  NOT NULL,
    sealed     bytea  NOT NULL,
    PRIMARY KEY (district, position)
);
ALTER TABLE ledger.vault ALTER COLUMN sealed SET STORAGE EXTERNAL; -- ciphertext does not compress
CREATE INDEX vault_stream ON ledger.vault (district, stream_key, position);

-- Bytes that are no event of the log: what submission.quarantined points to.
CREATE TABLE ledger.refused (
    district   text  NOT NULL,
    submission bytea NOT NULL,
    stream_key bytea NOT NULL,
    sealed     bytea NOT NULL,
    PRIMARY KEY (district, submission)
);
ALTER TABLE ledger.refused ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Full tiles of 256 hashes (C2SP tlog-tiles) with their roots; partial ones are computed.
CREATE TABLE ledger.tile (
    district text   NOT NULL,
    level    int    NOT NULL,
    number   bigint NOT NULL,
    hashes   bytea  NOT NULL,
    root     bytea  NOT NULL,
    PRIMARY KEY (district, level, number)
);
ALTER TABLE ledger.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- One row a district: what an append locks, compares and advances. Room in its page keeps updates in place.
CREATE TABLE ledger.head (
    district    text   NOT NULL PRIMARY KEY,
    epoch       int    NOT NULL,
    size        bigint NOT NULL,
    root        bytea  NOT NULL,
    edge        bytea  NOT NULL, -- hashes of the right edge, largest subtree first
    received_at bigint NOT NULL,
    destructions bigint NOT NULL DEFAULT 0 -- of keys; who knows another number reads keys anew
) WITH (fillfactor = 10);

-- Derived: how far each generation of a projection has read, and its rows.
CREATE TABLE ledger.projection (
    district   text    NOT NULL,
    name       text    NOT NULL,
    generation int     NOT NULL,
    version    bigint  NOT NULL,
    position   bigint  NOT NULL,
    root       bytea   NOT NULL, -- of the log of that size: which history the rows are of
    live       boolean NOT NULL,
    PRIMARY KEY (district, name, generation)
);
CREATE UNIQUE INDEX projection_live ON ledger.projection (district, name) WHERE live;
CREATE TABLE ledger.projection_row (
    district    text   NOT NULL,
    name        text   NOT NULL,
    generation  int    NOT NULL,
    stream      text   NOT NULL,
    stream_key  bytea  NOT NULL,
    status      text   NOT NULL,
    holds_until text   NOT NULL,
    count       bigint NOT NULL,
    sealed      bytea  NOT NULL,
    PRIMARY KEY (district, name, generation, stream)
);
ALTER TABLE ledger.projection_row ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX projection_row_key ON ledger.projection_row (district, stream_key);

-- Logins, sessions, codes and tokens, each only as a hash (server/identity/store.py).
CREATE TABLE ledger.credentials (
    district text DEFAULT current_setting('doseledger.district'), staff text, password_hash text NOT NULL, set_at bigint NOT NULL, PRIMARY KEY (district, staff)
);
CREATE TABLE ledger.sessions (
    district text DEFAULT current_setting('doseledger.district'), token_hash bytea, staff text NOT NULL, begun_at bigint NOT NULL, used_at bigint NOT NULL,
    PRIMARY KEY (district, token_hash)
);
CREATE TABLE ledger.codes (
    district text DEFAULT current_setting('doseledger.district'), code_hash bytea, staff text NOT NULL, expires_at bigint NOT NULL, used_at bigint,
    PRIMARY KEY (district, code_hash)
);
CREATE TABLE ledger.devices (
    district text DEFAULT current_setting('doseledger.district'), token_hash bytea, device text NOT NULL, seat text NOT NULL, staff text NOT NULL,
    issued_at bigint NOT NULL, PRIMARY KEY (district, token_hash)
);

-- Rights: the application inserts and reads; it may change only what is derived or its own. A session sees one district.
GRANT USAGE ON SCHEMA ledger TO doseledger_app, doseledger_records;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO doseledger_app;
GRANT INSERT ON ledger.log, ledger.vault, ledger.refused, ledger.tile TO doseledger_app;
GRANT INSERT, UPDATE ON ledger.head TO doseledger_app;
GRANT INSERT, UPDATE, DELETE ON ledger.projection, ledger.projection_row TO doseledger_app;
GRANT INSERT, UPDATE, DELETE ON ledger.credentials, ledger.sessions, ledger.codes, ledger.devices TO doseledger_app;
GRANT SELECT ON ledger.log, ledger.head, ledger.vault, ledger.refused, ledger.projection_row TO doseledger_records;
GRANT DELETE ON ledger.vault, ledger.refused, ledger.projection_row TO doseledger_records;

DO $isolation$
DECLARE
    held text;
BEGIN
    FOREACH held IN ARRAY ARRAY[
        'log', 'vault', 'refused', 'tile', 'head', 'projection', 'projection_row',
        'credentials', 'sessions', 'codes', 'devices'
    ] LOOP
        EXECUTE format('ALTER TABLE ledger.%I ENABLE ROW LEVEL SECURITY', held);
        EXECUTE format(
            'CREATE POLICY one_district ON ledger.%I USING (district = current_setting(''doseledger.district'', true))',
            held
        );
    END LOOP;
END
$isolation$;
