"""Build hook: a wheel carries the built web app, so that ``doseledger serve`` needs no Node where it runs."""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAssets(BuildHookInterface):  # type: ignore[type-arg]
    """Builds ``server/web_dist`` when a real wheel is made and it is not there yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable" or (root / "server/web_dist/sw.js").exists():
            return
        web = str(root / "web")
        subprocess.run([str(root / ".ci/web-packages")], check=True)
        subprocess.run(["npm", "--prefix", web, "run", "build"], check=True)
