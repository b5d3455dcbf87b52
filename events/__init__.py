"""What happened: the event, its signature, its place in the log, and the catalogue of facts.

Everything here is pure: no I/O, no clock, no randomness, no logging. Time, ids, salts and keys are
arguments, so that the simulator drives exactly the code that ships.

    ids  dates  roles      the words
    envelope  signing      one signed event
    commitment  chain      what its header promises about payload and predecessor
    merkle  checkpoint     the log's tree, its signed heads, and receipts
    catalog/  codec        what a payload may say, and its bytes
    upcast                 old payloads read as new ones
    wire                   the sync messages
"""
