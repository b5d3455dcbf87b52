#!/usr/bin/env bash
# Logins of the program, made once with a new database: the application's and the records office's.
# The roles they belong to get their rights from `doseledger database migrate`.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v app="$APP_PASSWORD" -v records="$RECORDS_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE doseledger_app NOLOGIN;
CREATE ROLE doseledger_records NOLOGIN;
CREATE ROLE district_app LOGIN PASSWORD :'app' IN ROLE doseledger_app;
CREATE ROLE district_records LOGIN PASSWORD :'records' IN ROLE doseledger_records;
SQL
