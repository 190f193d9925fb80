"""Makes the buckets: who is told of an upload, and who may upload."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from shared.aws.clients import Clients
from shared.aws.installation.tagged import TAG, unless_there
from shared.config.settings import Settings

INPUT_PREFIX = "in/"  # what is uploaded below it is processed without being submitted


async def make_bucket(clients: Clients, settings: Settings, name: str) -> None:
    """Create one bucket if it is missing."""
    region = clients.s3.meta.region_name
    # us-east-1 is the default and may not be named.
    place: Any = (
        {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    if await unless_there(clients.s3.create_bucket(Bucket=name, **place)):
        tags: Any = {"TagSet": [{"Key": TAG, "Value": settings.prefix}]}
        await clients.s3.put_bucket_tagging(Bucket=name, Tagging=tags)


async def announce_uploads(clients: Clients, bucket: str, queue_arn: str) -> None:
    """Let S3 tell a queue of every object uploaded below `INPUT_PREFIX`."""
    await _allow_s3_to_send(clients, queue_arn, bucket)
    await clients.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": queue_arn,
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": INPUT_PREFIX}]}},
                }
            ]
        },
    )


async def let_browsers_upload(clients: Clients, bucket: str) -> None:
    """A browser asks S3 whether pages may post to it; what may be posted says the form's signed policy."""
    try:
        await clients.s3.get_bucket_cors(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchCORSConfiguration":
            raise
        rule: Any = {"AllowedMethods": ["POST"], "AllowedOrigins": ["*"], "AllowedHeaders": ["*"]}
        await clients.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


async def _allow_s3_to_send(clients: Clients, queue_arn: str, bucket: str) -> None:
    url = (await clients.sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[1]))["QueueUrl"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
