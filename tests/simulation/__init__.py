"""A deterministic simulation of a district's devices and its server, in virtual time.

    world        the scheduler, the network, the faults, one random number generator
    server       the acceptance code that ships (server.sync.turn) on a log that survives crashes
    memory_log   port.Log in memory, with a crash between any two of its steps
    device       the engine that ships (client_sync.engine) on a disk that survives crashes
    asking       what a phone without a scope learns of its rows in quarantine
    checks       what must hold after every quiet period
    mutants      engines with a planted fault, which the checks must catch

The same seed gives the same run, to the byte. ``python -m tests.simulation --seeds n --first-seed k``
"""
