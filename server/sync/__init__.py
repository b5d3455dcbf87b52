"""Sync, version 1: what devices deliver and fetch (docs/sync.md is the contract).

submission  one element of a push, read by itself: pure
session     which submissions are events of the log: pure, no I/O
scope       which events a clinic, a facility or the district sees, in which order: pure
turn        one POST /sync against the log
http        the routes           socket, hub   "the log has grown to N"
"""
