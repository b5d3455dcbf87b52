"""``python -m tests.simulation --seeds n --first-seed k``: run seeds, stop at the first that fails."""

import argparse
import sys
import time

from tests.simulation.run import Failed, Run, replay_command, run_seed, run_seeds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds to run")
    parser.add_argument("--first-seed", type=int, default=1, help="the first of them")
    wanted = parser.parse_args()
    seeds = range(wanted.first_seed, wanted.first_seed + wanted.seeds)
    if len(seeds) == 1:
        return _replay(seeds[0])
    began, runs = time.perf_counter(), list[Run]()
    for outcome in run_seeds(seeds):
        if isinstance(outcome, Failed):
            print(f"\nseed {outcome.seed} fails: {outcome.why}\nreplay it with\n\n    {replay_command(outcome.seed)}\n")
            return 1
        runs.append(outcome)
        if sys.stderr.isatty():
            print(f"\rseed {outcome.seed}", end="", file=sys.stderr)
    _sum_up(runs, time.perf_counter() - began)
    return 0


def _replay(seed: int) -> int:
    """One seed, in this process, with its traceback where it fails."""
    run = run_seed(seed)
    print(f"seed {seed} holds: {run.events} events, {run.receipts} receipts, epoch {run.epoch}, digest {run.digest}")
    return 0


def _sum_up(runs: list[Run], took_seconds: float) -> None:
    hours = sum(run.virtual_seconds for run in runs) / 3600
    print(
        f"{len(runs)} seeds hold in {took_seconds:.1f} s: {hours:.0f} simulated hours,"
        f" {sum(run.events for run in runs)} events, {sum(run.receipts for run in runs)} receipts honoured,"
        f" {sum(run.lives for run in runs)} starts of devices, {sum(run.epoch for run in runs)} back-ups restored"
    )


if __name__ == "__main__":
    raise SystemExit(main())
