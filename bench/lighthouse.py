"""What Lighthouse says of the first screen: the throttled mobile profile, against our own server.

    python -m bench.lighthouse [--runs 3]

Version 11.7.1 is the last whose reports have a PWA category (is it installable?). It is installed beside this program,
locked with hashes, only when this runs. Of each category the median run counts; a run in which the tool missed the
start of the page (it is older than the browser) is made again.
"""

import argparse
import asyncio
import os
import subprocess
import tempfile
from pathlib import Path

import msgspec

from bench.house.served import Served, serving, settings_of
from bench.measure import median, write_result
from server.district import found_district, wall_clock
from tests.browser.nurse import chromium_path

HERE = Path(__file__).parent / "house" / "lighthouse"
TOOL = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"
PATIENCE_SECONDS = 180
TRIES = 4
SHOWN = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shifted",
}


class Category(msgspec.Struct):
    score: float | None


class Audit(msgspec.Struct, rename="camel"):
    numeric_value: float | None = None


class Report(msgspec.Struct, rename="camel"):
    """What is read of a report."""

    categories: dict[str, Category]
    audits: dict[str, Audit]
    lighthouse_version: str

    @property
    def is_whole(self) -> bool:
        return all(category.score is not None for category in self.categories.values())


class Figures(msgspec.Struct, frozen=True):
    """Scores in hundredths; moments of the slowed page in milliseconds."""

    lighthouse: str
    runs: int
    scores: dict[str, float]
    moments: dict[str, float]


def look(url: str, report: Path) -> Report:
    """One run, made again where it missed the page's start."""
    words = ["node", str(TOOL), url, "--quiet", f"--chrome-flags={FLAGS}", "--output=json", f"--output-path={report}"]
    for _ in range(TRIES):
        told = {**os.environ, "CHROME_PATH": chromium_path()}
        subprocess.run([*words, "--no-enable-error-reporting"], env=told, timeout=PATIENCE_SECONDS, check=False)
        found = msgspec.json.decode(report.read_bytes(), type=Report)
        if found.is_whole:
            return found
    raise RuntimeError(f"Lighthouse made no whole report in {TRIES} tries: {report.read_text()[:500]}")


def measure(server: Served, folder: Path, runs: int) -> Figures:
    if not TOOL.exists():
        words = ["npm", "install", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(words, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    url = server.url.replace("127.0.0.1", "localhost")
    reports = [look(url, folder / f"{number}.json") for number in range(runs)]
    scores = {
        name: median([100 * (report.categories[name].score or 0) for report in reports])
        for name in reports[0].categories
    }
    moments = {
        words: median([report.audits[name].numeric_value or 0 for report in reports]) for name, words in SHOWN.items()
    }
    return Figures(reports[0].lighthouse_version, runs, scores, moments)


async def main(folder: Path, runs: int) -> Figures:
    home = folder / "home"
    await found_district(settings_of(home), wall_clock, "Bench", "school_district", "America/Chicago")
    async with serving(home) as server:
        figures = await asyncio.to_thread(measure, server, folder, runs)
    print("   ".join(f"{name} {score:.0f}" for name, score in figures.scores.items()))
    print("   ".join(f"{name} {value:,.2f}" for name, value in figures.moments.items()))
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_result("lighthouse", msgspec.to_builtins(asyncio.run(main(Path(folder), asked.runs))))
