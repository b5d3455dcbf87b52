-- One hash is one header, and so one id: log_id says it all. An index over hashes is written at random places, one page an
-- event, which a long log pays for at every append (docs/scale.md).

DROP INDEX ledger.log_hash;
