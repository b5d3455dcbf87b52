"""The SQLite store from inside: damage, death, other processes."""
