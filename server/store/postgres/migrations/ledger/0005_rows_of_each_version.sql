-- Programs of two versions run side by side while servers are replaced one after the other: each has live rows of its own.

DROP INDEX ledger.projection_live;
CREATE UNIQUE INDEX projection_live ON ledger.projection (district, name, version) WHERE live;
