"""The promises of a store, tested once for every store."""
