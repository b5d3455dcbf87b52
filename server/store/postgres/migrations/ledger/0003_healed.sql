-- Second copies of what the disk damaged, beside it; the newest of a position stands. Rights keep them insert-only.

-- Of a vault row that no longer opens: the same event, sealed under its stream's key.
CREATE TABLE ledger.healed (
    district   text   NOT NULL,
    position   bigint NOT NULL,
    number     int    NOT NULL,
    stream_key bytea  NOT NULL,
    sealed     bytea  NOT NULL,
    PRIMARY KEY (district, position, number)
);
ALTER TABLE ledger.healed ALTER COLUMN sealed SET STORAGE EXTERNAL; -- ciphertext does not compress
CREATE INDEX healed_stream ON ledger.healed (district, stream_key, position);

-- Of a row of the log that is not the one in the signed tree.
CREATE TABLE ledger.healed_log (
    district    text   NOT NULL,
    position    bigint NOT NULL,
    number      int    NOT NULL,
    id          uuid   NOT NULL,
    device      uuid   NOT NULL,
    seq         bigint NOT NULL,
    event_hash  bytea  NOT NULL,
    received_at bigint NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (district, position, number)
);

GRANT SELECT, INSERT ON ledger.healed, ledger.healed_log TO doseledger_app;
GRANT SELECT ON ledger.healed, ledger.healed_log TO doseledger_records;
GRANT DELETE ON ledger.healed TO doseledger_records;

ALTER TABLE ledger.healed ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_district ON ledger.healed USING (district = current_setting('doseledger.district', true));
ALTER TABLE ledger.healed_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_district ON ledger.healed_log USING (district = current_setting('doseledger.district', true));
