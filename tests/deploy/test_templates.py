"""The templates of deploy/aws: what the embedded AWS cannot show is read from them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.idle_costs import ALARM_METRICS
from tests import tools
from tests.system.permissions import CloudFormationLoader

FOLDER = Path(__file__).parents[2] / "deploy/aws"
TEMPLATES = sorted(FOLDER.glob("*.yaml"))
MOST_BYTES = 51_200  # that CloudFormation takes without S3


def resources(template: str, kind: str) -> dict[str, dict[str, Any]]:
    every = yaml.load((FOLDER / template).read_text(), CloudFormationLoader)["Resources"]
    return {name: each for name, each in every.items() if each["Type"] == kind}


@pytest.mark.parametrize("table", ["Ledger", "Detections", "Control"])
def test_tables_can_be_restored_and_outlive_the_stack(table: str) -> None:
    made = resources("storage.yaml", "AWS::DynamoDB::Table")[table]
    assert made["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"


def test_frames_expire_and_broken_uploads_too() -> None:
    for name, bucket in resources("storage.yaml", "AWS::S3::Bucket").items():
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
        assert any("ExpirationInDays" in rule for rule in rules) == (name == "Frames")


def test_every_queue_is_encrypted() -> None:
    queues = resources("storage.yaml", "AWS::SQS::Queue").values()
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues)


def test_every_part_of_the_stack_carries_the_cost_allocation_tag() -> None:
    for part in resources("logostream.yaml", "AWS::CloudFormation::Stack").values():
        assert [tag["Key"] for tag in part["Properties"]["Tags"]] == ["logostream:installation"]


def test_every_template_is_a_part_of_the_stack_and_small_enough_to_be_sent_whole() -> None:
    parts = resources("logostream.yaml", "AWS::CloudFormation::Stack").values()
    assert {part["Properties"]["TemplateURL"] for part in parts} | {"logostream.yaml"} == {
        template.name for template in TEMPLATES
    }
    assert all(template.stat().st_size <= MOST_BYTES for template in TEMPLATES)


def test_the_kill_switch_watches_the_stack_s_model_and_tells_who_is_told_of_alarms() -> None:
    part = resources("logostream.yaml", "AWS::CloudFormation::Stack")["KillSwitch"]["Properties"][
        "Parameters"
    ]
    arns = {"ModelArn": "arn:model", "ProjectArn": "arn:project"}
    models = json.loads(re.sub(r"\$\{(\w+)\}", lambda name: arns[name[1]], part["Models"]))
    assert models == [{"model_arn": "arn:model", "project_arn": "arn:project"}]
    assert part["AlarmTopicArn"] == "Alarms.Outputs.Topic"


def test_a_task_is_confined_and_has_time_to_drain() -> None:
    [task] = resources("service.yaml", "AWS::ECS::TaskDefinition").values()
    [container] = task["Properties"]["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"]
    poll, drain, deletes = 5, 20, 5
    assert container["StopTimeout"] >= poll + drain + deletes


def test_every_alarm_tells_somebody_and_names_its_runbook() -> None:
    runbooks = (FOLDER.parents[1] / "docs/operations.md").read_text()
    for alarm in resources("alarms.yaml", "AWS::CloudWatch::Alarm").values():
        words = alarm["Properties"]["AlarmDescription"].split()
        assert alarm["Properties"]["AlarmActions"] == ["${Alarms}"]
        assert f"### {words[words.index('Runbook') + 1]}\n" in runbooks


@pytest.mark.real_time
@pytest.mark.timeout(300)
def test_cfn_lint_finds_nothing() -> None:
    done = subprocess.run(
        [tools.need("cfn-lint"), *map(str, TEMPLATES)],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def metrics_of(alarm: dict[str, Any]) -> int:
    """How many metrics an alarm is billed for: expressions over them are free."""
    metrics = alarm["Properties"].get("Metrics")
    return sum("MetricStat" in each for each in metrics) if metrics else 1


@pytest.mark.parametrize(
    ("template", "whose"),
    [("alarms", "people"), ("controller-scaling", "controllers"), ("kill-switch", "kill switch")],
)
def test_the_alarms_are_as_many_as_are_in_the_bill(template: str, whose: str) -> None:
    alarms = resources(f"{template}.yaml", "AWS::CloudWatch::Alarm").values()
    assert sum(map(metrics_of, alarms)) == ALARM_METRICS[whose]


def test_the_alarms_that_scaling_makes_are_as_many_as_are_in_the_bill() -> None:
    # Two queues and one, visible and in flight; the five of frames, visible only.
    metrics = {"extractor": 4, "detector": 5, "aggregator": 2}
    # The tasks are measured besides; to scale out and in takes two alarms.
    assert sum(2 * (number + 1) for number in metrics.values()) == ALARM_METRICS["scaling"]
