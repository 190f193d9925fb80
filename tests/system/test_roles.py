"""Least privilege: what a recorded run of the system asked of AWS is allowed, and nothing else is."""

from __future__ import annotations

import pytest

from tests.system.conftest import Finished
from tests.system.local_stack import LocalStack
from tests.system.permissions import Ask, Grant, asks, grants
from tests.system.plain_video import write_cut_video
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]

# Allowed for what a quiet run does not do, with the reason.
UNSEEN = {
    ("extractor", "s3:GetObjectVersion"): "only buckets with versions have them",
    ("extractor", "sqs:ChangeMessageVisibility"): "only work that lasts, or is given back",
    ("aggregator", "sqs:ChangeMessageVisibility"): "only work that lasts, or is given back",
    ("detector", "sqs:ChangeMessageVisibility"): "only work that lasts, or is given back",
    ("controller", "cloudwatch:GetMetricStatistics"): "only of a model that runs",
    ("controller", "dynamodb:GetItem"): "only a video that ended since the last look is read by itself",
    ("aggregator", "sqs:SendMessage"): "only edges that are to be found exactly ask for extra frames",
    ("detector", "s3:GetObject"): "Rekognition reads the frame with the caller's rights; see the next",
    ("detector", "rekognition:DescribeProjectVersions"): "only thresholds of a training are looked up",
    ("detector", "dynamodb:DeleteItem"): "only a fault that was cured is taken down",
    ("detector", "rekognition:DetectLabels"): "only detectors of things ask for it",
    ("detector", "rekognition:DetectModerationLabels"): "only detectors of what is unsafe ask for it",
    ("detector", "rekognition:DetectText"): "only detectors of written names ask for it",
    ("dashboard", "s3:GetObject"): "only verdicts, once there are any",
    ("dashboard", "s3:GetObjectVersion"): "only buckets with versions have them",
    ("dashboard", "s3:ListBucket"): "only a prefix that is handed in is looked below",
    ("dashboard", "s3:PutObject"): "only a browser uploads by a form, and only a verdict is kept",
    ("dashboard", "sqs:SendMessage"): "only what failed is tried again; a video was handed in",
    ("dashboard", "sqs:ReceiveMessage"): "only dead letters are given back",
    ("dashboard", "sqs:DeleteMessage"): "only dead letters are given back",
    ("dashboard", "dynamodb:Query"): "only of videos that are at work",
    ("dashboard", "dynamodb:UpdateItem"): "only what is cancelled or tried again",
    ("dashboard", "dynamodb:PutItem"): "only a model that is stopped by hand",
    ("dashboard", "dynamodb:DeleteItem"): "only a model that is started by hand",
    ("dashboard", "rekognition:StartProjectVersion"): "only by hand",
    ("dashboard", "rekognition:StopProjectVersion"): "only by hand",
}


@pytest.fixture(scope="module")
def parameters(stack: LocalStack) -> dict[str, str]:
    return {
        "AWS::Partition": "aws",
        "AWS::Region": "us-east-1",
        "AWS::AccountId": "000000000000",
        "Prefix": "logostream",
        "VideosBucket": "logostream-videos",
        "FramesBucket": "logostream-frames",
        "ResultsBucket": "logostream-results",
        "ModelArn": stack.environment["LOGOSTREAM_MODEL_ARN"],
        "ProjectArn": stack.environment["LOGOSTREAM_PROJECT_ARN"],
        "TrainingBucket": "logostream-training",
        "TopicArn": stack.environment["LOGOSTREAM_TOPIC_ARN"],
        "EventBus": stack.environment["LOGOSTREAM_EVENT_BUS"],
    }


@pytest.fixture(scope="module")
def asked(
    stack: LocalStack, undisturbed: dict[str, Finished], tmp_path_factory: pytest.TempPathFactory
) -> set[Ask]:
    """Every call of the services so far, with good videos, bad ones, and messages that nobody can handle."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.mp4").write_bytes(b"no video")
    write_cut_video(folder / "cut.mp4", seconds=6)
    stack.wait_ended(stack.submit(*(str(folder / f"{name}.mp4") for name in ("broken", "cut"))))
    seen = undisturbed["match"].row
    Visitor(stack.environment["LOGOSTREAM_DASHBOARD"]).visit(seen["id"], seen["source"])
    stack.poison("--interval", "3", *stack.samples("match"))
    return asks(stack.calls)


@pytest.fixture(scope="module")
def allowed(parameters: dict[str, str]) -> list[Grant]:
    return grants(parameters)


def test_everything_a_service_asks_for_is_allowed(asked: set[Ask], allowed: list[Grant]) -> None:
    refused = {ask for ask in asked if not any(grant.covers(ask) for grant in allowed)}
    assert not refused, "\n".join(sorted(map(str, refused)))


def test_nothing_else_is_allowed(asked: set[Ask], allowed: list[Grant]) -> None:
    idle = {grant for grant in allowed if not any(grant.covers(ask) for ask in asked)}
    idle = {grant for grant in idle if (grant.service, grant.action) not in UNSEEN}
    assert not idle, "\n".join(sorted(map(str, idle)))


def test_no_role_allows_every_action_or_every_resource(allowed: list[Grant]) -> None:
    assert not [grant for grant in allowed if "*" in grant.action]
    anywhere = {grant.action for grant in allowed if grant.resource == "*"}
    without_model = {f"rekognition:Detect{what}" for what in ("Labels", "ModerationLabels", "Text")}
    assert anywhere == {*without_model, "cloudwatch:GetMetricStatistics"}
