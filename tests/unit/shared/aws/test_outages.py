"""What means that a service is away, and what a refusal of the one request means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientPayloadError
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from shared.aws.clients import Clients
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.eventing import EventBridgeAnnouncer
from shared.aws.outages import means_away
from shared.aws.s3 import S3Objects
from shared.aws.sqs import SqsQueue
from shared.outage import Outage, is_outage
from shared.storage.objects import Address
from shared.videos.announcements import Ended
from shared.videos.ledger import State
from tests.unit.shared.aws.aws_server import AwsServer

ENDED = Ended("cup-1", "s3://videos/in/cup.mp4", State.COMPLETED, "", "results", None)


def refusal(code: str, status: int) -> ClientError:
    reply: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(reply, "Call")


AWAY = [
    refusal("InternalServerError", 500),
    refusal("ServiceUnavailable", 503),
    refusal("SlowDown", 503),
    refusal("ThrottlingException", 400),
    refusal("ProvisionedThroughputExceededException", 400),
    EndpointConnectionError(endpoint_url="https://dynamodb"),
    ReadTimeoutError(endpoint_url="https://dynamodb"),
    ClientPayloadError("half a body"),
]
REFUSED = [
    refusal("ValidationException", 400),
    refusal("AccessDenied", 403),
    ParamValidationError(report="no such field"),
    ValueError("a bug"),
]


@pytest.mark.parametrize("error", AWAY)
def test_no_answer_a_failing_server_and_throttling_mean_away(error: Exception) -> None:
    assert means_away(error)


@pytest.mark.parametrize("error", REFUSED)
def test_a_refusal_of_the_request_itself_does_not(error: Exception) -> None:
    assert not means_away(error)


Call = Callable[[Clients, AwsServer], Awaitable[object]]


@pytest.mark.real_time
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "call",
    [
        lambda clients, _: DynamoVideos(clients.heartbeats, "ledger").get("cup-1"),
        lambda clients, _: S3Objects(clients.s3).get(Address("bucket", "key")),
        lambda clients, aws: SqsQueue(clients.sqs, "frames", f"{aws.address}/1/frames").depth(),
        lambda clients, _: EventBridgeAnnouncer(clients.events, "bus").announce(ENDED),
    ],
    ids=["ledger", "objects", "queue", "announcer"],
)
async def test_every_adapter_tells_an_outage_from_a_refusal(
    aws: AwsServer, clients: Clients, call: Call
) -> None:
    aws.will_fail("ValidationException", 400)
    with pytest.raises(Exception, match=r"Validation|400") as refused:
        await call(clients, aws)
    assert not is_outage(refused.value)
    for _ in range(3):  # the SDK tries again itself
        aws.will_fail("ServiceUnavailable", 503)
    with pytest.raises(Outage):
        await call(clients, aws)
