-- Pictures of papers, sealed on the device (server/photos.py): nothing here opens without the event that names it.

CREATE TABLE ledger.photos (
    district text DEFAULT current_setting('doseledger.district'), name text, device text NOT NULL,
    size_bytes bigint NOT NULL, begun_at bigint NOT NULL, note text NOT NULL DEFAULT '',
    PRIMARY KEY (district, name)
);
CREATE TABLE ledger.photo_pieces (
    district text DEFAULT current_setting('doseledger.district'), name text, number bigint, bytes bytea NOT NULL,
    PRIMARY KEY (district, name, number)
);
ALTER TABLE ledger.photo_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL; -- ciphertext does not compress

GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.photos, ledger.photo_pieces TO doseledger_app;

ALTER TABLE ledger.photos ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_district ON ledger.photos USING (district = current_setting('doseledger.district', true));
ALTER TABLE ledger.photo_pieces ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_district ON ledger.photo_pieces USING (district = current_setting('doseledger.district', true));
