"""Alarms and the kill switch: somebody is told, knows what to do, and they are in the bill."""

from __future__ import annotations

from typing import Any

import pytest

from shared.costs.idle import ALARM_METRICS
from tests.deploy.templates import FOLDER, parts, resources


def test_the_kill_switch_watches_the_stack_s_model_and_tells_who_is_told_of_alarms() -> None:
    part = parts("logostream.yaml")["KillSwitch"]["Parameters"]
    assert (part["ModelArns"], part["ProjectArns"]) == ("${ModelArn}", "${ProjectArn}")
    assert part["AlarmTopicArn"] == "Alarms.Outputs.Topic"


@pytest.mark.parametrize(("template", "told"), [("alarms", "${Alarms}"), ("detector-alarms", "${Topic}")])
def test_every_alarm_tells_somebody(template: str, told: str) -> None:
    for alarm in resources(f"{template}.yaml", "AWS::CloudWatch::Alarm").values():
        assert alarm["Properties"]["AlarmActions"] == [told]


def test_the_kill_switch_may_stop_the_models_that_it_watches_and_nothing_else() -> None:
    [role] = resources("kill-switch.yaml", "AWS::IAM::Role").values()
    [policy] = role["Properties"]["Policies"]
    may = {str(each["Action"]): each["Resource"] for each in policy["PolicyDocument"]["Statement"]}
    assert may["rekognition:StopProjectVersion"] == "${ModelArns}"
    assert may["rekognition:DescribeProjectVersions"] == "${ProjectArns}"


@pytest.mark.parametrize("template", ["alarms", "detector-alarms", "kill-switch"])
def test_every_alarm_names_its_runbook(template: str) -> None:
    runbooks = (FOLDER.parents[1] / "docs/operations.md").read_text()
    for alarm in resources(f"{template}.yaml", "AWS::CloudWatch::Alarm").values():
        words = alarm["Properties"]["AlarmDescription"].split()
        assert f"### {words[words.index('Runbook') + 1]}\n" in runbooks


def metrics_of(alarm: dict[str, Any]) -> int:
    """How many metrics an alarm is billed for: expressions over them are free."""
    metrics = alarm["Properties"].get("Metrics")
    return sum("MetricStat" in each for each in metrics) if metrics else 1


@pytest.mark.parametrize(
    ("template", "whose"),
    [
        ("alarms", "people"),
        ("detector-alarms", "people, of a detector"),
        ("controller-scaling", "controllers"),
        ("kill-switch", "kill switch"),
    ],
)
def test_the_alarms_are_as_many_as_are_in_the_bill(template: str, whose: str) -> None:
    alarms = resources(f"{template}.yaml", "AWS::CloudWatch::Alarm").values()
    assert sum(map(metrics_of, alarms)) == ALARM_METRICS[whose]


def test_the_alarms_that_scaling_makes_are_as_many_as_are_in_the_bill() -> None:
    # Two queues and one, visible and in flight; the five of frames, visible only.
    metrics = {"extractor": 4, "detector": 5, "aggregator": 2}
    # The tasks are measured besides; to scale out and in takes two alarms.
    assert sum(2 * (number + 1) for number in metrics.values()) == ALARM_METRICS["scaling"]
