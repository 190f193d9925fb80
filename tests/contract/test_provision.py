"""Provisioning: makes what is missing, leaves what is there, and connects uploads to the videos queue."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from shared.aws.clients import Clients
from shared.aws.dynamodb.brands import BY_BRAND
from shared.aws.dynamodb.control import EXPIRES_AT
from shared.aws.dynamodb.videos import BY_STATE
from shared.aws.installation.provision import provision
from shared.aws.installation.queues import MAX_RECEIVES, lane_names, queue_kinds
from shared.aws.sqs import open_queue
from shared.config.detectors import holds_frames
from shared.config.settings import DetectingSettings, load
from shared.messaging.queue import Queue
from tests.contract.names import unique

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def videos_queue(clients: Clients, installation: DetectingSettings) -> Queue:
    queue = await open_queue(clients.sqs, installation.queue_name("videos"), wait_seconds=1)
    while messages := await queue.receive(10):
        await queue.delete(messages)
    return queue


async def test_it_may_be_repeated_without_harm(clients: Clients, installation: DetectingSettings) -> None:
    await clients.s3.put_object(Bucket=installation.frames_bucket, Key="kept", Body=b"x")
    await provision(clients, installation, f"{installation.prefix}-videos")
    assert await clients.s3.head_object(Bucket=installation.frames_bucket, Key="kept")


async def test_rows_of_the_control_table_expire(clients: Clients, installation: DetectingSettings) -> None:
    table = installation.table_name("control")
    reply = await clients.dynamodb.describe_time_to_live(TableName=table)
    assert reply["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": EXPIRES_AT}


async def test_a_table_made_before_its_indexes_is_given_them_and_keeps_its_rows(clients: Clients) -> None:
    name = unique("older")
    settings = load(
        DetectingSettings, prefix=name, frames_bucket=f"{name}-frames", results_bucket=f"{name}-results"
    )
    table, row = settings.table_name("ledger"), {"video_id": {"S": "cup"}, "item": {"S": "BRAND#acme#logos"}}
    await clients.dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "video_id", "KeyType": "HASH"},
            {"AttributeName": "item", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "video_id", "AttributeType": "S"},
            {"AttributeName": "item", "AttributeType": "S"},
        ],
    )
    keys = {"brand": {"S": "acme"}, "submitted_at": {"N": "1"}}
    await clients.dynamodb.put_item(TableName=table, Item={**row, **keys})
    await provision(clients, settings, f"{name}-videos")
    described = (await clients.dynamodb.describe_table(TableName=table))["Table"]
    assert {index["IndexName"] for index in described["GlobalSecondaryIndexes"]} == {BY_STATE, BY_BRAND}
    found = await clients.dynamodb.query(
        TableName=table,
        IndexName=BY_BRAND,
        KeyConditionExpression="brand = :brand",
        ExpressionAttributeValues={":brand": {"S": "acme"}},
    )
    assert [item["video_id"]["S"] for item in found["Items"]] == ["cup"]


async def test_every_queue_has_dead_letters(clients: Clients, installation: DetectingSettings) -> None:
    for kind in queue_kinds(installation.detector_names):
        name = installation.queue_name(kind)
        first = lane_names(name)[0] if holds_frames(kind) else name
        url = (await clients.sqs.get_queue_url(QueueName=first))["QueueUrl"]
        reply = await clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        redrive = json.loads(reply["Attributes"]["RedrivePolicy"])
        assert redrive["deadLetterTargetArn"].endswith(f":{name}-dead")
        assert int(redrive["maxReceiveCount"]) == MAX_RECEIVES


async def test_an_upload_below_in_is_announced(
    clients: Clients, installation: DetectingSettings, videos_queue: Queue
) -> None:
    await clients.s3.put_object(Bucket=f"{installation.prefix}-videos", Key="in/clip.mp4", Body=b"x")
    [message] = await videos_queue.receive(10)
    [record] = json.loads(message.body)["Records"]
    assert record["s3"]["bucket"]["name"] == f"{installation.prefix}-videos"
    assert record["s3"]["object"]["key"] == "in/clip.mp4"


async def test_an_upload_elsewhere_is_not_announced(
    clients: Clients, installation: DetectingSettings, videos_queue: Queue
) -> None:
    await clients.s3.put_object(Bucket=f"{installation.prefix}-videos", Key="out/clip.mp4", Body=b"x")
    assert await videos_queue.receive(10) == []
