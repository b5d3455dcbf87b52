"""``python -m tests.simulation --seeds n --first-seed k``: run seeds, stop at the first that fails."""

import argparse
import sys
import time
import traceback

from tests.simulation.run import replay_command, run_seed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds to run")
    parser.add_argument("--first-seed", type=int, default=1, help="the first of them")
    wanted = parser.parse_args()
    began = time.perf_counter()
    hours = events = 0.0
    for seed in range(wanted.first_seed, wanted.first_seed + wanted.seeds):
        try:
            run = run_seed(seed)
        except Exception:
            traceback.print_exc()
            print(f"\nseed {seed} fails; replay it with\n\n    {replay_command(seed)}\n")
            return 1
        hours += run.virtual_seconds / 3600
        events += run.events
        if sys.stderr.isatty():
            print(f"\rseed {seed}", end="", file=sys.stderr)
    took = time.perf_counter() - began
    print(f"{wanted.seeds} seeds hold: {events:.0f} events over {hours:.0f} simulated hours, in {took:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
