"""What it means: pure folds of events. No I/O, no clock, no randomness; time is an argument."""
