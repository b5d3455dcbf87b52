"""A replica: a device that works alone and converges later.

    engine  state  inputs  effects  invariants      the pure state machine: what to do next, and why it is right
    planning  response  outbox  inbox  witness  mending  backoff   ask, take in, deliver, distrust, heal, wait
    store  writes  downloads  schema.sql  wal  sealing  seat   the device's disk: encrypted, one writer; its key
    photos  courier                                 pictures of papers: kept, and carried behind the events
    verifying  checking                             who signed what was downloaded; digests from stored bytes
    transport  driver                               HTTP and the WebSocket of news; what drives the engine with them
    replica  report  rows  cli                        the device that runs headless, what it tells people, its commands

Nothing here imports the server; the two meet only in ``events.wire`` (docs/sync.md).
"""
