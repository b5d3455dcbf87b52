"""``python -m client_sync``: a device in a terminal. See client_sync/cli.py."""

from client_sync.cli import main

main()
