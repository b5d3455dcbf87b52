"""What must hold of the live tables besides their rows, asked of the catalogue: for ``verify`` and ``doctor``."""

from server.store.postgres.connecting import Connection

TRIGGERS = ("log_keeps_every_row", "log_is_never_emptied")


async def missing_guard(connection: Connection) -> str | None:
    """The sentence of the first guard that is gone, or None."""
    there = {
        row["tgname"]
        for row in await connection.fetch(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger.log'::regclass AND tgenabled IN ('O', 'A')"
        )
    }
    for name in TRIGGERS:
        if name not in there:
            return f"the trigger {name} that makes the log insert-only is gone or disabled"
    open_tables = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = 'ledger')"
        " AND relkind = 'r' AND relname <> 'migration' AND NOT relrowsecurity ORDER BY relname"
    )
    if open_tables:
        return f"row-level security of ledger.{open_tables[0]['relname']} is off: districts see each other's rows"
    for right in ("UPDATE", "DELETE", "TRUNCATE"):
        if await connection.fetchval("SELECT has_table_privilege('doseledger_app', 'ledger.log', $1)", right):
            return f"the application's role may {right} the log"
    return None
