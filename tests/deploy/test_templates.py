"""The templates of deploy/aws: what the embedded AWS cannot show is read from them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from shared.aws.dynamodb.control import EXPIRES_AT
from shared.aws.installation.queues import lane_names
from tests import tools
from tests.deploy.templates import FOLDER, PARENTS, TEMPLATES, loaded, parts, resources

MOST_BYTES = 51_200  # that CloudFormation takes without S3


@pytest.mark.parametrize("table", ["Ledger", "Detections", "Control"])
def test_tables_can_be_restored_and_outlive_the_stack(table: str) -> None:
    made = resources("storage.yaml", "AWS::DynamoDB::Table")[table]
    assert made["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"


def test_rows_of_the_control_table_expire() -> None:
    control = resources("storage.yaml", "AWS::DynamoDB::Table")["Control"]["Properties"]
    assert control["TimeToLiveSpecification"] == {"AttributeName": EXPIRES_AT, "Enabled": True}


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


def test_nobody_reaches_the_dashboard_who_is_not_signed_in() -> None:
    [listener] = resources("dashboard.yaml", "AWS::ElasticLoadBalancingV2::Listener").values()
    first, then = listener["Properties"]["DefaultActions"]
    assert (first["Type"], first["Order"]) == ("authenticate-oidc", 1)
    assert first["AuthenticateOidcConfig"]["OnUnauthenticatedRequest"] == "authenticate"
    assert (then["Type"], then["Order"]) == ("forward", 2)
    groups = resources("dashboard.yaml", "AWS::EC2::SecurityGroup")
    [way_in] = groups["PagesGroup"]["Properties"]["SecurityGroupIngress"]
    assert way_in["SourceSecurityGroupId"] == "${BalancersGroup}"


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
