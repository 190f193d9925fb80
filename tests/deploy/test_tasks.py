"""The tasks on Fargate: confined, given time to drain, and as many as there is work."""

from __future__ import annotations

import re

import pytest

from tests import stopping
from tests.deploy.templates import FOLDER, loaded, resources
from tests.settings_table import READERS


def test_tasks_run_on_arm_and_none_runs_without_work() -> None:
    parameters = loaded("logostream.yaml")["Parameters"]
    assert parameters["Architecture"]["Default"] == "ARM64"
    assert parameters["LeastControllers"]["Default"] == 0
    assert loaded("service.yaml")["Parameters"]["Least"]["Default"] == 0


def test_an_upgrade_leaves_the_number_of_tasks_to_scaling() -> None:
    [service] = resources("service.yaml", "AWS::ECS::Service").values()
    assert "DesiredCount" not in service["Properties"]


@pytest.mark.parametrize("template", ["service.yaml", "dashboard.yaml"])
def test_a_task_is_told_nothing_that_its_service_does_not_read(template: str) -> None:
    told = set(re.findall(r"\{Name: (LOGOSTREAM_[A-Z_]+)", (FOLDER / template).read_text()))
    known = {f"LOGOSTREAM_{name.upper()}" for kind in READERS.values() for name in kind.model_fields}
    assert told <= known


@pytest.mark.parametrize("template", ["service.yaml", "dashboard.yaml"])
def test_a_task_is_confined_and_has_time_to_drain(template: str) -> None:
    [task] = resources(template, "AWS::ECS::TaskDefinition").values()
    [container] = task["Properties"]["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"]
    assert container["StopTimeout"] >= stopping.SECONDS


@pytest.mark.parametrize("template", ["service.yaml", "dashboard.yaml"])
def test_a_task_that_lives_is_not_killed_for_not_being_ready(template: str) -> None:
    [task] = resources(template, "AWS::ECS::TaskDefinition").values()
    [container] = task["Properties"]["ContainerDefinitions"]
    assert container["HealthCheck"]["Command"] == ["CMD", "healthcheck", "/healthz"]
    for group in resources(template, "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert group["Properties"]["HealthCheckPath"] == "/healthz"


@pytest.mark.parametrize("template", ["service.yaml", "dashboard.yaml"])
def test_a_task_may_write_where_something_is_mounted(template: str) -> None:
    """Fargate gives a mounted folder to root, unless the image declares it as a volume."""
    dockerfile = (FOLDER.parent / "docker/Dockerfile").read_text()
    [task] = resources(template, "AWS::ECS::TaskDefinition").values()
    for container in task["Properties"]["ContainerDefinitions"]:
        for mount in container["MountPoints"]:
            assert f"\nVOLUME {mount['ContainerPath']}\n" in dockerfile


def backlog_per_task(backlog: int, tasks: int | None, target: int) -> float:
    """What scaling sees, by CloudWatch's arithmetic; no tasks tell nothing of themselves."""
    [policy] = resources("service.yaml", "AWS::ApplicationAutoScaling::ScalingPolicy").values()
    tracking = policy["Properties"]["TargetTrackingScalingPolicyConfiguration"]
    metrics = filter(None, tracking["CustomizedMetricSpecification"]["Metrics"])
    [seen] = [each for each in metrics if each["ReturnData"]]
    functions = {
        "IF": lambda condition, this, that: this if condition else that,
        "FILL": lambda value, filling: filling if value is None else value,
    }
    expression = seen["Expression"].replace("${BacklogPerTask}", str(target))
    return float(eval(expression, {**functions, "backlog": backlog, "tasks": tasks}))


@pytest.mark.parametrize("target", [4, 2000, 5000])
def test_one_message_is_enough_for_the_first_task(target: int) -> None:
    """Target tracking adds tasks only while the metric is above the target."""
    assert backlog_per_task(backlog=1, tasks=None, target=target) > target
    assert backlog_per_task(backlog=0, tasks=None, target=target) == 0
    assert 0 < backlog_per_task(backlog=1, tasks=1, target=target) < target
    assert backlog_per_task(backlog=3 * target, tasks=3, target=target) == target


def test_a_queue_that_tells_nothing_counts_as_empty() -> None:
    [backlog] = re.findall(r"- Id: backlog\n(.*?)#", (FOLDER / "service.yaml").read_text(), re.DOTALL)
    assert set(re.findall(r"\w*(?:visible|inflight|lane_)\w*", backlog)) == set(
        re.findall(r"FILL\((\w+), 0\)", backlog)
    )
