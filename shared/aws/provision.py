"""Makes the queues, buckets and tables of one installation, and finds those that are already there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.clients import Clients
from shared.aws.dynamodb_brands import BY_BRAND
from shared.aws.dynamodb_control import EXPIRES_AT
from shared.aws.dynamodb_videos import BY_STATE
from shared.aws.queues import lane_names
from shared.config.detectors import frames_queue, holds_frames
from shared.config.settings import DetectingSettings, Settings

INPUT_PREFIX = "in/"  # what is uploaded below it is processed without being submitted
MAX_RECEIVES = 10  # the last net; the consumer gives up, and says so, before
DEAD_RETENTION_SECONDS = 14 * 24 * 3600  # SQS's longest
TAG = "logostream"  # on all that is made here, with the prefix as its value: only that is ever torn down
INDEXING_POLL = 1.0  # seconds
TIMES = ("created_at", "submitted_at")  # the keys that are numbers
_EXISTS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "ResourceInUseException"}


class NotProvisioned(Exception):
    """AWS refused or did not answer; what was made so far stays."""


def queues(detectors: Iterable[str]) -> tuple[str, ...]:
    """The kinds of all queues of an installation with these detectors."""
    return ("videos", "chunks", *map(frames_queue, detectors), "results")


def with_dead_letters(detectors: Iterable[str]) -> tuple[str, ...]:
    """The kinds of all queues, each followed by that of its dead letters."""
    return tuple(kind for queue in queues(detectors) for kind in (queue, f"{queue}-dead"))


async def provision(clients: Clients, settings: DetectingSettings, videos_bucket: str) -> None:
    """Create whatever is missing; safe to repeat. Raises `NotProvisioned`."""
    try:
        await _provision(clients, settings, videos_bucket)
    except (BotoCoreError, ClientError) as error:
        raise NotProvisioned(f"the installation could not be made: {error}") from error


async def ensure_bucket(clients: Clients, settings: Settings, name: str) -> None:
    """Create one bucket if it is missing; raises `NotProvisioned`."""
    try:
        await _bucket(clients, settings, name)
    except (BotoCoreError, ClientError) as error:
        raise NotProvisioned(f"bucket {name} could not be made: {error}") from error


async def _provision(clients: Clients, settings: DetectingSettings, videos_bucket: str) -> None:
    arns: dict[str, str] = {}
    for kind in queues(settings.detector_names):
        arns |= await _queue_with_dead_letters(clients, settings, kind)
    for bucket in (videos_bucket, settings.frames_bucket, settings.results_bucket):
        await _bucket(clients, settings, bucket)
    await _notify(clients, videos_bucket, arns[settings.queue_name("videos")])
    await _let_browsers_upload(clients, videos_bucket)
    indexes = {BY_STATE: ("state", "created_at"), BY_BRAND: ("brand", "submitted_at")}
    await _table(clients, settings, "ledger", ("video_id", "item"), indexes)
    await _table(clients, settings, "detections", ("video_id", "frame"))
    await _table(clients, settings, "control", ("item",))
    await _let_expire(clients, settings.table_name("control"), EXPIRES_AT)


async def _queue_with_dead_letters(clients: Clients, settings: Settings, kind: str) -> dict[str, str]:
    """Make the queue, or its lanes, and the dead letters of all; returns the ARNs, by name."""
    name = settings.queue_name(kind)
    dead = await _queue(
        clients, settings, f"{name}-dead", {"MessageRetentionPeriod": str(DEAD_RETENTION_SECONDS)}
    )
    redrive = {"deadLetterTargetArn": dead, "maxReceiveCount": MAX_RECEIVES}
    attributes = {
        "VisibilityTimeout": str(settings.visibility_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    names = lane_names(name) if holds_frames(kind) else (name,)
    return {each: await _queue(clients, settings, each, attributes) for each in names}


async def _queue(clients: Clients, settings: Settings, name: str, attributes: dict[Any, str]) -> str:
    made = await clients.sqs.create_queue(QueueName=name, Attributes=attributes, tags={TAG: settings.prefix})
    reply = await clients.sqs.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
    return reply["Attributes"]["QueueArn"]


async def _bucket(clients: Clients, settings: Settings, name: str) -> None:
    region = clients.s3.meta.region_name
    # us-east-1 is the default and may not be named.
    place: Any = (
        {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    if await _unless_there(clients.s3.create_bucket(Bucket=name, **place)):
        tags: Any = {"TagSet": [{"Key": TAG, "Value": settings.prefix}]}
        await clients.s3.put_bucket_tagging(Bucket=name, Tagging=tags)


async def _notify(clients: Clients, bucket: str, queue_arn: str) -> None:
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


async def _let_browsers_upload(clients: Clients, bucket: str) -> None:
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


async def _table(
    clients: Clients,
    settings: Settings,
    kind: str,
    key: tuple[str, ...],
    indexes: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> None:
    name = settings.table_name(kind)
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": TAG, "Value": settings.prefix}],
        "KeySchema": _schema(key),
        "AttributeDefinitions": _attributes((*key, *chain(*indexes.values()))),
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [_index(*index) for index in indexes.items()]
    await _unless_there(clients.dynamodb.create_table(**request))
    await clients.dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    await _add_missing(clients, name, indexes)


async def _let_expire(clients: Clients, table: str, attribute: str) -> None:
    reply = await clients.dynamodb.describe_time_to_live(TableName=table)
    # DynamoDB refuses to be told twice.
    if reply["TimeToLiveDescription"].get("TimeToLiveStatus") not in {"ENABLING", "ENABLED"}:
        await clients.dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
        )


async def _add_missing(clients: Clients, table: str, indexes: Mapping[str, tuple[str, str]]) -> None:
    """Give a table made before them the indexes it lacks, one after the other, as DynamoDB wants it."""
    for index, key in indexes.items():
        if index not in await _index_states(clients, table):
            update: Any = [{"Create": _index(index, key)}]
            attributes: Any = _attributes(key)
            await clients.dynamodb.update_table(
                TableName=table, AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=update
            )
            await _active(clients, table, index)


async def _active(clients: Clients, table: str, index: str) -> None:
    """Wait until an index holds all rows: only then may the next be asked for."""
    while True:
        if (await _index_states(clients, table))[index] == "ACTIVE":
            return
        await asyncio.sleep(INDEXING_POLL)


async def _index_states(clients: Clients, table: str) -> dict[str, str]:
    described: Any = (await clients.dynamodb.describe_table(TableName=table))["Table"]
    return {index["IndexName"]: index["IndexStatus"] for index in described.get("GlobalSecondaryIndexes", [])}


def _index(name: str, key: tuple[str, str]) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _schema(key), "Projection": {"ProjectionType": "ALL"}}


def _schema(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def _attributes(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "N" if name in TIMES else "S"} for name in names]


async def _unless_there(creation: Any) -> bool:
    """Whether it was made just now."""
    try:
        await creation
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _EXISTS:
            raise
        return False
    return True
