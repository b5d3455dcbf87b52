-- One data key a stream, wrapped. In a database of its own where DOSELEDGER_KEYRING_URL names one; its back-ups expire
-- within 35 days. The application makes and reads keys; only the records role destroys them.

DO $roles$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doseledger_app') THEN
        CREATE ROLE doseledger_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'doseledger_records') THEN
        CREATE ROLE doseledger_records NOLOGIN;
    END IF;
EXCEPTION WHEN unique_violation OR duplicate_object THEN
    NULL;
END
$roles$;

CREATE TABLE keyring.stream_key (
    district text  NOT NULL,
    stream   text  NOT NULL,
    key_id   bytea NOT NULL,
    wrapped  bytea NOT NULL,
    PRIMARY KEY (district, stream)
);
CREATE UNIQUE INDEX stream_key_id ON keyring.stream_key (district, key_id);

GRANT USAGE ON SCHEMA keyring TO doseledger_app, doseledger_records;
GRANT SELECT ON ALL TABLES IN SCHEMA keyring TO doseledger_app;
GRANT INSERT ON keyring.stream_key TO doseledger_app;
GRANT SELECT, DELETE ON keyring.stream_key TO doseledger_records;

ALTER TABLE keyring.stream_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_district ON keyring.stream_key USING (district = current_setting('doseledger.district', true));
