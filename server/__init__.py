"""One order: the server accepts events, sequences them into the log, and serves what they mean."""
