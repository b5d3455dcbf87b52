"""The ``doseledger`` commands, one module a subject; ``server.cli`` puts them together."""
