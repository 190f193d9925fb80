"""The templates of deploy/aws, deployed to the embedded AWS: they make what `logostream provision` makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from shared.aws.installation.queues import lane_names
from shared.config.settings import Settings
from tests import localstack
from tests.contract.names import unique

TEMPLATES = Path(__file__).parents[2] / "deploy/aws"
ACCOUNT = "000000000000"
LANES = lane_names("frames-logos")

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(localstack.PYTHON is not None, reason="MiniStack deploys the templates"),
]


class Aws:
    """boto3 clients of the embedded AWS."""

    def __init__(self, address: str) -> None:
        def client(service: str) -> Any:
            return boto3.client(
                service,
                endpoint_url=address,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )

        self.stacks, self.sqs, self.s3 = client("cloudformation"), client("sqs"), client("s3")
        self.dynamodb, self.iam = client("dynamodb"), client("iam")

    def deploy(self, template: str, **parameters: str) -> str:
        """Deploy a template and wait for its end; returns the stack's name."""
        name = unique("stack")
        self.stacks.create_stack(
            StackName=name,
            TemplateBody=(TEMPLATES / template).read_text(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        self.stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        return name

    def queue(self, name: str) -> dict[str, str]:
        url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes: dict[str, str] = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        return attributes

    def keys(self, table: str) -> Any:
        """What a table is made of: its key, its attributes and its indexes' keys."""
        made = self.dynamodb.describe_table(TableName=table)["Table"]
        attributes = sorted(
            (each["AttributeName"], each["AttributeType"]) for each in made["AttributeDefinitions"]
        )
        indexes = [(each["IndexName"], each["KeySchema"]) for each in made.get("GlobalSecondaryIndexes", ())]
        return made["KeySchema"], attributes, indexes


@pytest.fixture(scope="module")
def aws(embedded_aws: str) -> Aws:
    return Aws(embedded_aws)


@pytest.fixture(scope="module")
def prefix(aws: Aws) -> str:
    """An installation that the template made."""
    name = unique("cfn")
    buckets = {f"{kind.title()}Bucket": f"{name}-{kind}" for kind in ("videos", "frames", "results")}
    aws.deploy("storage.yaml", Prefix=name, **buckets)
    aws.deploy("detector-queues.yaml", Prefix=name)
    return name


@pytest.mark.parametrize("kind", ["videos", "chunks", *LANES, "results"])
async def test_queues_are_as_provision_makes_them(
    aws: Aws, prefix: str, installation: Settings, kind: str
) -> None:
    ours, theirs = aws.queue(f"{prefix}-{kind}"), aws.queue(installation.queue_name(kind))
    assert ours["VisibilityTimeout"] == theirs["VisibilityTimeout"]
    same = ours["RedrivePolicy"].replace(prefix, installation.prefix)
    assert same.replace(" ", "") == theirs["RedrivePolicy"].replace(" ", "")
    dead = f"{'frames-logos' if kind in LANES else kind}-dead"
    assert (
        aws.queue(f"{prefix}-{dead}")["MessageRetentionPeriod"]
        == aws.queue(installation.queue_name(dead))["MessageRetentionPeriod"]
    )


@pytest.mark.parametrize("kind", ["ledger", "detections", "control"])
async def test_tables_are_as_provision_makes_them(
    aws: Aws, prefix: str, installation: Settings, kind: str
) -> None:
    assert aws.keys(f"{prefix}-{kind}") == aws.keys(installation.table_name(kind))


def test_an_upload_below_in_reaches_the_videos_queue(aws: Aws, prefix: str) -> None:
    aws.s3.put_object(Bucket=f"{prefix}-videos", Key="in/clip.mp4", Body=b"x")
    url = aws.sqs.get_queue_url(QueueName=f"{prefix}-videos")["QueueUrl"]
    messages = aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)["Messages"]
    # S3 sends one of its own first, to try the queue.
    assert ["s3:TestEvent" in message["Body"] for message in messages] == [True, False]
    assert "in/clip.mp4" in messages[1]["Body"]


async def test_browsers_may_upload_as_provision_lets_them(
    aws: Aws, prefix: str, installation: Settings
) -> None:
    [ours] = aws.s3.get_bucket_cors(Bucket=f"{prefix}-videos")["CORSRules"]
    [theirs] = aws.s3.get_bucket_cors(Bucket=f"{installation.prefix}-videos")["CORSRules"]
    # The embedded AWS says how long an answer may be kept where the template does not: not at all.
    assert ours == {**theirs, "MaxAgeSeconds": 0}


@pytest.mark.parametrize("kind", ["videos", "frames", "results"])
def test_buckets_are_private_and_encrypted(aws: Aws, prefix: str, kind: str) -> None:
    bucket = f"{prefix}-{kind}"
    blocked = aws.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(blocked.values())
    rules = aws.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_every_service_gets_a_role_of_its_own(aws: Aws) -> None:
    model = "arn:aws:rekognition:us-east-1:000000000000:project/p/version/v/1"
    stack = aws.deploy(
        "roles.yaml",
        Prefix="roles",
        VideosBucket="v",
        FramesBucket="f",
        ResultsBucket="r",
        ModelArn=model,
        ProjectArn=model.split("/version")[0] + "/1",
    )
    made = aws.stacks.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    roles = {each["OutputKey"]: each["OutputValue"].rsplit("/", 1)[1] for each in made}
    assert set(roles) == {"Extractor", "Detector", "Controller", "Aggregator", "Dashboard"}
    for service, role in roles.items():
        assert aws.iam.list_role_policies(RoleName=role)["PolicyNames"] == [service.lower()]
