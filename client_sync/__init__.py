"""A replica: a device that works alone and converges later.

    engine  state  inputs  effects  invariants   the pure state machine: what to do next, and why it is right
    outbox  inbox  witness  backoff              its parts: deliver, take in, distrust, wait
    store  sealing  seat                         the device's disk: encrypted, one writer
    transport                                    HTTP and the WebSocket of news
    replica                                      the device that runs headless: all of it put together

Nothing here imports the server; the two meet only in ``events.wire`` (docs/sync.md).
"""
