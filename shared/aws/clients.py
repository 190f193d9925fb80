"""The AWS clients of one process: opened once in `__main__`, closed when the service ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aioboto3
from aiobotocore.config import AioConfig

if TYPE_CHECKING:
    from types_aiobotocore_cloudwatch import CloudWatchClient
    from types_aiobotocore_dynamodb import DynamoDBClient
    from types_aiobotocore_events import EventBridgeClient
    from types_aiobotocore_rekognition import RekognitionClient
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sns import SNSClient
    from types_aiobotocore_sqs import SQSClient

DEFAULT_REGION = "us-east-1"
CONNECTIONS = 64  # botocore's default of 10 would queue our calls behind each other
_STANDARD = AioConfig(
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=CONNECTIONS,
    s3={"addressing_style": "path"},  # the emulators know no bucket host names
)
# Throttles must reach our limiter: retries inside the SDK would hide them and multiply the load.
_SINGLE_ATTEMPT = AioConfig(retries={"total_max_attempts": 1}, max_pool_connections=CONNECTIONS)
# What is done anew every second must know soon that it failed.
_AT_ONCE = AioConfig(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)


@dataclass(frozen=True, slots=True)
class Clients:
    """One client per AWS service; endpoints come from `AWS_ENDPOINT_URL[_SQS|_S3|…]`.

    `detection` is Rekognition without retries of its own, `models` is Rekognition with them; `heartbeats` is
    DynamoDB without retries and without patience.
    """

    sqs: SQSClient
    s3: S3Client
    dynamodb: DynamoDBClient
    heartbeats: DynamoDBClient
    models: RekognitionClient
    detection: RekognitionClient
    cloudwatch: CloudWatchClient
    sns: SNSClient
    events: EventBridgeClient


@asynccontextmanager
async def clients() -> AsyncIterator[Clients]:
    """Open all clients; region and credentials come from the usual `AWS_*` sources."""
    session = aioboto3.Session()
    region = session.region_name or DEFAULT_REGION
    async with AsyncExitStack() as stack:

        async def client(service: str, config: AioConfig = _STANDARD) -> Any:
            return await stack.enter_async_context(
                session.client(service, region_name=region, config=config)  # type: ignore[call-overload]
            )

        yield Clients(
            sqs=await client("sqs"),
            s3=await client("s3"),
            dynamodb=await client("dynamodb"),
            heartbeats=await client("dynamodb", _AT_ONCE),
            models=await client("rekognition"),
            detection=await client("rekognition", _SINGLE_ATTEMPT),
            cloudwatch=await client("cloudwatch", _AT_ONCE),
            sns=await client("sns"),
            events=await client("events"),
        )
