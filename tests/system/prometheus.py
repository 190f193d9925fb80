"""A Prometheus of the test's own, on a free port of the loopback, that reads a local stack's metrics."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.cli.local.stack import free_port
from tests import tools
from tests.system.processes import ROOT, wait_until

RULES = ROOT / "deploy/prometheus"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus."""

    address: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples that an expression has now; fails where Prometheus cannot evaluate it."""
        words = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.address}/api/v1/query?{words}", timeout=10) as reply:
            answer = json.load(reply)
        assert answer["status"] == "success", answer
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result

    def value(self, expression: str) -> float:
        """The one number that an expression has now; NaN while it has none."""
        samples = self.query(expression)
        return float(samples[0]["value"][1]) if samples else float("nan")


@contextmanager
def running(folder: Path, targets: Path) -> Iterator[Prometheus]:
    """Run Prometheus with our rules for the time of the block, scraping every second."""
    port = free_port()
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(_config(targets)))
    command = [
        tools.need("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    prometheus = Prometheus(f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: _answers(prometheus), 30, f"Prometheus (see {folder}/prometheus.log)")
        yield prometheus
    finally:
        process.terminate()
        process.wait(20)


def _config(targets: Path) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES / "recording.yml"), str(RULES / "alerts.yml")],
        "scrape_configs": [{"job_name": "logostream", "file_sd_configs": [{"files": [str(targets)]}]}],
    }


def _answers(prometheus: Prometheus) -> bool:
    try:
        return bool(prometheus.query("vector(1)"))
    except OSError:
        return False
