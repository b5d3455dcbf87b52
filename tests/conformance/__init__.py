"""The sync contract (docs/sync.md) as a suite that any implementation can be run against, over HTTP only.

    a server    python -m tests.conformance server --url URL --scope clinic/<id> --child <id> --code-command "…"
    a client    python -m tests.conformance client --url URL --scope clinic/<id> --child <id> --code-command "…" \\
                       --client-command "…"

``--code-command`` prints a one-time enrolment code as its last word, for a nurse of the clinic, each time it is run.
A server is asked by a small device of its own (``subject``), case by case (``server_cases`` for what it takes in,
``download_cases`` for what it gives). A client is a command that enrolls, follows, records, delivers and shows its
outbox (``client``); between it and an honest server stands a network that loses, doubles, forges and reorders what it
carries (``meddler``; ``client_cases`` for events, ``picture_cases`` for pictures of papers). In ``lying_cases`` the
network holds the log's key (``liar``), so that a server withholds what it signed. ``restore_cases`` need
``--backup-command`` and ``--restore-command``, and are named as left out without them. Of our two clients, the Python
one is a command already; ``browser`` makes one of the phone's store and sync, in a real Chromium. ``our_server`` is our
server for these commands.

The suite uses ``events/`` to sign and verify, and but for ``our_server`` nothing of ``server/`` or ``client_sync/``.
"""
