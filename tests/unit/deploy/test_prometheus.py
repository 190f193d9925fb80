"""The rules say what they should, the dashboards are as written, and both ask only for what we export."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana import make, panels
from tests import metrics_table, tools

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy/prometheus"
RULES = ("recording.yml", "alerts.yml")
OPERATIONS = ROOT / "docs/operations.md"

pytestmark = pytest.mark.real_time


def rules() -> Iterator[dict[str, Any]]:
    for name in RULES:
        for group in yaml.safe_load((PROMETHEUS / name).read_text())["groups"]:
            yield from group["rules"]


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (query.expr for page in panels.EVERY for panel in page.panels for query in panel.queries)


def promtool(*words: str) -> None:
    done = subprocess.run(
        [tools.need("promtool"), *words], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_well_formed() -> None:
    promtool("check", "rules", *RULES)


def test_a_prometheus_beside_containers_is_told_what_it_understands() -> None:
    promtool("check", "config", "--syntax-only", "prometheus.yml")


@pytest.mark.parametrize("file", ["prometheus.yml", "kubernetes.yml"])
def test_the_alerts_ask_for_the_job_that_is_scraped(file: str) -> None:
    [job] = yaml.safe_load((PROMETHEUS / file).read_text())["scrape_configs"]
    assert f'up{{job="{job["job_name"]}"}}' in " ".join(queries())


def test_every_alert_fires_when_it_should_and_only_then() -> None:
    promtool("test", "rules", "tests/alerts.yml")


def test_every_alert_has_a_test() -> None:
    tested = (PROMETHEUS / "tests/alerts.yml").read_text()
    for rule in rules():
        assert f"alertname: {rule.get('alert', '')}" in tested


def test_every_alert_has_a_runbook() -> None:
    headings = re.findall(r"^#+ (\w+)$", OPERATIONS.read_text(), re.MULTILINE)
    anchors = {f"docs/operations.md#{heading.lower()}" for heading in headings}
    named = {rule["annotations"]["runbook"] for rule in rules() if "alert" in rule}
    assert named <= anchors


def test_only_metrics_that_exist_are_asked_for() -> None:
    exported = set()
    for metric in metrics_table.every():
        exported |= {metric.name, *(f"{metric.name}_{part}" for part in ("bucket", "sum", "count"))}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for query in queries():
        for name in re.findall(r"(?:\w+:)?logostream_\w+(?::\w+)?", query):
            assert name in exported | recorded, query


@pytest.mark.parametrize("dashboard", panels.EVERY, ids=lambda dashboard: dashboard.uid)
def test_a_dashboard_is_as_its_source_says(dashboard: panels.Dashboard) -> None:
    assert (make.FOLDER / f"{dashboard.uid}.json").read_text() == make.document(dashboard), "run `make docs`"


@pytest.mark.parametrize("dashboard", panels.EVERY, ids=lambda dashboard: dashboard.uid)
def test_panels_lie_side_by_side(dashboard: panels.Dashboard) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(make.document(dashboard))["panels"]:
        place = panel["gridPos"]
        columns = range(place["x"], place["x"] + place["w"])
        cells = {(x, y) for x in columns for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken
        assert max(columns) < make.COLUMNS
        taken |= cells
