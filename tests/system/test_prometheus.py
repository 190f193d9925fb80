"""A real Prometheus reads a real stack: everything is up, and every query of the dashboards has an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.grafana.panels import EVERY
from tests.system.conftest import Finished
from tests.system.local_stack import LocalStack
from tests.system.processes import wait_until
from tests.system.prometheus import RULES, Prometheus, running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]

INTERVAL = "30s"  # what Grafana would put for $__rate_interval
# Nothing to show unless something is wrong, or while no frame is examined.
MAY_BE_EMPTY = ("budget_spent", "== 0", "drain:seconds", "throttled:ratio", "rejected:ratio")


@pytest.fixture(scope="module")
def prometheus(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    targets = stack.folder / ".logostream/targets.json"
    replicas = sum(len(group["targets"]) for group in json.loads(targets.read_text()))
    with running(folder, targets) as started:
        wait_until(lambda: started.value("count(up == 1)") == replicas, 60, "a scrape of every replica")
        yield started


@pytest.fixture(scope="module")
def worked(prometheus: Prometheus, stack: LocalStack, undisturbed: dict[str, Finished]) -> Prometheus:
    """Prometheus once videos went through, one of them before its eyes."""
    stack.wait_ended(stack.submit("--interval", "2", *stack.samples("match")))
    return prometheus


def test_every_service_is_scraped(prometheus: Prometheus) -> None:
    assert prometheus.value("min(up)") == 1
    services = {sample["metric"]["service"] for sample in prometheus.query("logostream_build_info")}
    assert services == {"extractor", "detector", "controller", "aggregator", "dashboard"}


def test_one_controller_leads(prometheus: Prometheus) -> None:
    assert prometheus.value("sum(logostream_controller_leader)") == 1


def test_every_query_of_the_dashboards_has_an_answer(worked: Prometheus) -> None:
    expressions = [query.expr for page in EVERY for panel in page.panels for query in panel.queries]

    def silent() -> list[str]:
        asked = [e for e in expressions if not any(excuse in e for excuse in MAY_BE_EMPTY)]
        return [e for e in asked if not worked.query(e.replace("$__rate_interval", INTERVAL))]

    wait_until(lambda: not silent(), 60, f"an answer to {silent()}")
    for expression in expressions:
        worked.query(expression.replace("$__rate_interval", INTERVAL))


def test_every_rule_can_be_evaluated(worked: Prometheus) -> None:
    for name in ("recording.yml", "alerts.yml"):
        for group in yaml.safe_load(Path(RULES / name).read_text())["groups"]:
            for rule in group["rules"]:
                worked.query(rule["expr"])


def test_a_stack_at_peace_pages_nobody(worked: Prometheus) -> None:
    assert worked.query('ALERTS{alertstate="firing"}') == []
