"""Other people's stores doing the runs of bench/sync.py, each in its own installation beside this folder's files."""
