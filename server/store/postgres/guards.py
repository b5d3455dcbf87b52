"""What must hold of the live tables besides their rows, asked of the catalogue: for ``verify`` and ``doctor``.

triggers     the log refuses every change, whoever asks
policies     each table shows a session the rows of its own district and no others
rights       the application inserts into what is of record and changes none of it; the records role only deletes
"""

from server.store.postgres.connecting import Connection
from server.store.postgres.migrating import Schema

TRIGGERS = ("log_keeps_every_row", "log_is_never_emptied")
OF_RECORD = frozenset({"log", "vault", "refused", "tile", "healed", "healed_log", "stream_key"})
"""Tables the application inserts into and never changes."""
DESTROYED = frozenset({"vault", "refused", "healed", "projection_row", "stream_key"})
"""Tables the records role deletes from."""

_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger.log'::regclass AND tgenabled IN ('O', 'A')"
_TABLES = """
SELECT c.relname, c.relrowsecurity,
    coalesce((SELECT array_agg(pg_get_expr(polqual, polrelid) || coalesce(pg_get_expr(polwithcheck, polrelid), ''))
        FROM pg_policy WHERE polrelid = c.oid), '{}') AS policies
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname <> 'migration' ORDER BY c.relname
"""
_ONE_DISTRICT = "(district = current_setting('doseledger.district'::text, true))"
_RIGHTS = """
SELECT r.rolname, c.relname, may.word
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    pg_roles r, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS may (word)
WHERE n.nspname = $1 AND c.relkind = 'r' AND r.rolname IN ('doseledger_app', 'doseledger_records')
    AND has_table_privilege(r.oid, c.oid, may.word) ORDER BY c.relname, r.rolname, may.word
"""


async def missing_guard(connection: Connection, schema: Schema) -> str | None:
    """The sentence of the first guard that is gone, or None."""
    if schema == "ledger":
        there = {row["tgname"] for row in await connection.fetch(_TRIGGERS)}
        for name in TRIGGERS:
            if name not in there:
                return f"the trigger {name} that makes the log insert-only is gone or disabled"
    for row in await connection.fetch(_TABLES, schema):
        if not row["relrowsecurity"]:
            return f"row-level security of {schema}.{row['relname']} is off: districts see each other's rows"
        if row["policies"] != [_ONE_DISTRICT]:
            return f"the policies of {schema}.{row['relname']} are not the one that shows a session its district alone"
    for role, table, right in await connection.fetch(_RIGHTS, schema):
        if right not in _allowed(role, table):
            return f"the role {role} may {right} {schema}.{table}"
    return None


def _allowed(role: str, table: str) -> frozenset[str]:
    if role == "doseledger_records":
        return frozenset({"DELETE"}) if table in DESTROYED else frozenset()
    if table == "migration":
        return frozenset()
    if table in OF_RECORD:
        return frozenset({"INSERT"})
    return frozenset({"INSERT", "UPDATE", "DELETE"})
