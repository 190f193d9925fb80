"""The templates of deploy/aws: what the embedded AWS cannot show is read from them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.aws.dynamodb.control import EXPIRES_AT
from shared.aws.installation.queues import lane_names
from shared.costs.idle import ALARM_METRICS
from tests import stopping, tools
from tests.settings_table import READERS
from tests.system.permissions import CloudFormationLoader

FOLDER = Path(__file__).parents[2] / "deploy/aws"
TEMPLATES = sorted(FOLDER.glob("*.yaml"))
MOST_BYTES = 51_200  # that CloudFormation takes without S3


def loaded(template: str) -> dict[str, Any]:
    return yaml.load((FOLDER / template).read_text(), CloudFormationLoader)  # a SafeLoader of our own


def resources(template: str, kind: str) -> dict[str, dict[str, Any]]:
    every = loaded(template)["Resources"]
    return {name: each for name, each in every.items() if each["Type"] == kind}


@pytest.mark.parametrize("table", ["Ledger", "Detections", "Control"])
def test_tables_can_be_restored_and_outlive_the_stack(table: str) -> None:
    made = resources("storage.yaml", "AWS::DynamoDB::Table")[table]
    assert made["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"


def test_rows_of_the_control_table_expire() -> None:
    control = resources("storage.yaml", "AWS::DynamoDB::Table")["Control"]["Properties"]
    assert control["TimeToLiveSpecification"] == {"AttributeName": EXPIRES_AT, "Enabled": True}


def test_tasks_run_on_arm_and_none_runs_without_work() -> None:
    parameters = loaded("logostream.yaml")["Parameters"]
    assert parameters["Architecture"]["Default"] == "ARM64"
    assert parameters["LeastControllers"]["Default"] == 0
    assert loaded("service.yaml")["Parameters"]["Least"]["Default"] == 0


def test_an_upgrade_leaves_the_number_of_tasks_to_scaling() -> None:
    [service] = resources("service.yaml", "AWS::ECS::Service").values()
    assert "DesiredCount" not in service["Properties"]


def test_queues_are_there_before_the_tasks_that_open_them() -> None:
    made = resources("logostream.yaml", "AWS::CloudFormation::Stack")
    for name, needed in {
        "Extractors": {"Storage", "FirstDetector"},
        "FirstDetector": {"Storage"},
        "Aggregators": {"Storage"},
        "Controllers": {"Storage", "FirstDetector"},
    }.items():
        after = made[name]["DependsOn"]
        assert needed <= set([after] if isinstance(after, str) else after), name
    assert resources("detector.yaml", "AWS::CloudFormation::Stack")["Tasks"]["DependsOn"] == "Queues"


def test_frames_expire_and_broken_uploads_too() -> None:
    for name, bucket in resources("storage.yaml", "AWS::S3::Bucket").items():
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
        assert any("ExpirationInDays" in rule for rule in rules) == (name == "Frames")


@pytest.mark.parametrize("template", ["storage.yaml", "detector-queues.yaml"])
def test_every_queue_is_encrypted(template: str) -> None:
    queues = resources(template, "AWS::SQS::Queue").values()
    assert queues
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues)


def parts(template: str) -> dict[str, dict[str, Any]]:
    return {
        name: part["Properties"] for name, part in resources(template, "AWS::CloudFormation::Stack").items()
    }


PARENTS = ("logostream.yaml", "detector.yaml")


@pytest.mark.parametrize("template", PARENTS)
def test_every_part_of_the_stack_carries_the_cost_allocation_tag(template: str) -> None:
    for part in parts(template).values():
        assert [tag["Key"] for tag in part["Tags"]] == ["logostream:installation"]


def test_every_template_is_a_part_of_the_stack_and_small_enough_to_be_sent_whole() -> None:
    used = {part["TemplateURL"] for template in PARENTS for part in parts(template).values()}
    assert used | {"logostream.yaml", "dashboard.yaml"} == {template.name for template in TEMPLATES}
    assert all(template.stat().st_size <= MOST_BYTES for template in TEMPLATES)


@pytest.mark.parametrize("template", PARENTS)
def test_a_part_gets_what_it_asks_for_and_nothing_else(template: str) -> None:
    for name, part in parts(template).items():
        asked = loaded(part["TemplateURL"])["Parameters"]
        needed = {each for each, about in asked.items() if "Default" not in about}
        given = set(part["Parameters"])
        assert needed <= given <= set(asked), name


@pytest.mark.parametrize("template", ["detector.yaml", "dashboard.yaml"])
def test_what_a_stack_beside_it_imports_is_exported_by_the_stack(template: str) -> None:
    def exports(template: str) -> set[str]:
        outputs = loaded(template).get("Outputs", {}).values()
        return {output["Export"]["Name"] for output in outputs if "Export" in output}

    imported = set(re.findall(r'"Fn::ImportValue": !Sub "(.+?)"', (FOLDER / template).read_text()))
    exported = {name for part in parts("logostream.yaml").values() for name in exports(part["TemplateURL"])}
    assert imported
    assert imported <= exported


def test_a_further_detector_has_the_queues_that_its_processes_open() -> None:
    made = {
        queue["Properties"]["QueueName"]
        for queue in resources("detector-queues.yaml", "AWS::SQS::Queue").values()
    }
    assert made == {*lane_names("${Prefix}-frames-${Detector}"), "${Prefix}-frames-${Detector}-dead"}


def test_processes_know_all_detectors_and_a_detector_which_it_is() -> None:
    environment = (FOLDER / "service.yaml").read_text()
    assert "{Name: LOGOSTREAM_DETECTORS, Value: !Ref Detectors}" in environment
    assert "{Name: LOGOSTREAM_DETECTOR, Value: !Ref Detector}" in environment
    knowing = {"Extractors", "Controllers", "FirstDetector"}
    assert knowing == {
        name for name, part in parts("logostream.yaml").items() if "Detectors" in part["Parameters"]
    }


def test_the_kill_switch_watches_the_stack_s_model_and_tells_who_is_told_of_alarms() -> None:
    part = parts("logostream.yaml")["KillSwitch"]["Parameters"]
    assert (part["ModelArns"], part["ProjectArns"]) == ("${ModelArn}", "${ProjectArn}")
    assert part["AlarmTopicArn"] == "Alarms.Outputs.Topic"


def test_nobody_reaches_the_dashboard_who_is_not_signed_in() -> None:
    [listener] = resources("dashboard.yaml", "AWS::ElasticLoadBalancingV2::Listener").values()
    first, then = listener["Properties"]["DefaultActions"]
    assert (first["Type"], first["Order"]) == ("authenticate-oidc", 1)
    assert first["AuthenticateOidcConfig"]["OnUnauthenticatedRequest"] == "authenticate"
    assert (then["Type"], then["Order"]) == ("forward", 2)
    groups = resources("dashboard.yaml", "AWS::EC2::SecurityGroup")
    [way_in] = groups["PagesGroup"]["Properties"]["SecurityGroupIngress"]
    assert way_in["SourceSecurityGroupId"] == "${BalancersGroup}"


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


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_every_parameter_says_what_it_is(template: Path) -> None:
    for name, about in loaded(template.name)["Parameters"].items():
        assert about.get("Description"), name


def test_queues_and_their_readers_are_told_the_same_visibility() -> None:
    """A receiver renews a message by the time that its own setting says it has."""
    for template in PARENTS:
        for name, part in parts(template).items():
            asked = loaded(part["TemplateURL"])["Parameters"]
            if "VisibilitySeconds" in asked:
                assert part["Parameters"]["VisibilitySeconds"] == "${VisibilitySeconds}", name


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
