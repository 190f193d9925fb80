"""What the adapters make of refusals, half-failed batches and broken connections, as botocore reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from shared.aws.clients import DEFAULT_REGION, Clients
from shared.aws.dynamodb.items import ConditionFailed, query, transact
from shared.aws.dynamodb.videos import DynamoVideos
from shared.aws.installation.provision import NotProvisioned, provision
from shared.aws.s3 import S3Objects
from shared.aws.sqs import SqsQueue
from shared.config.settings import DetectingSettings, load
from shared.messaging.queue import Message, QueueError
from shared.storage.objects import Address, ObjectDenied, ObjectError, ObjectInfo
from shared.videos.ledger import LedgerError, State
from tests.unit.shared.aws.aws_server import AwsServer

pytestmark = [pytest.mark.real_time, pytest.mark.asyncio(loop_scope="session")]

MESSAGES = [Message(f"id{n}", "body", f"receipt{n}", 1, 0.0) for n in range(3)]
ADDRESS = Address("bucket", "key")


@pytest.fixture
def queue(clients: Clients, aws: AwsServer) -> SqsQueue:
    return SqsQueue(clients.sqs, "frames", f"{aws.address}/123456789012/frames")


def entry(number: int, code: str) -> dict[str, Any]:
    return {"Id": str(number), "Code": code, "SenderFault": code != "InternalError"}


# --- queues


async def test_entries_that_were_not_deleted_are_returned(aws: AwsServer, queue: SqsQueue) -> None:
    aws.will_answer({"Successful": [{"Id": "0"}], "Failed": [entry(1, "InternalError")]})
    assert await queue.delete(MESSAGES) == [MESSAGES[1]]


async def test_a_receipt_that_means_nothing_any_more_is_not_deleted_again(
    aws: AwsServer, queue: SqsQueue
) -> None:
    aws.will_answer({"Successful": [], "Failed": [entry(2, "ReceiptHandleIsInvalid")]})
    assert await queue.delete(MESSAGES) == []


async def test_a_batch_that_is_sent_in_part_is_not_sent(aws: AwsServer, queue: SqsQueue) -> None:
    aws.will_answer({"Successful": [{"Id": "0"}], "Failed": [entry(1, "InternalError")]})
    with pytest.raises(QueueError, match="queue frames: 1 messages not sent: InternalError"):
        await queue.send(["a", "b"])


async def test_a_refusal_names_the_queue(aws: AwsServer, queue: SqsQueue) -> None:
    aws.will_fail("AccessDenied", 403)
    with pytest.raises(QueueError, match=r"queue frames: .*AccessDenied"):
        await queue.depth()


# --- objects


async def test_what_may_not_be_touched_is_told_apart(aws: AwsServer, clients: Clients) -> None:
    aws.replies.append(web.Response(status=403, text=s3_error("AccessDenied")))
    with pytest.raises(ObjectDenied, match="s3://bucket/key may not be read or written"):
        await S3Objects(clients.s3).get(ADDRESS)


async def test_any_other_refusal_names_the_object(aws: AwsServer, clients: Clients) -> None:
    aws.replies.append(web.Response(status=400, text=s3_error("InvalidRequest")))
    with pytest.raises(ObjectError, match=r"s3://bucket/key: .*InvalidRequest"):
        await S3Objects(clients.s3).get(ADDRESS)


async def test_an_object_that_breaks_off_is_an_error_not_a_short_object(
    aws: AwsServer, clients: Clients
) -> None:
    store = S3Objects(clients.s3)
    for call in (store.get(ADDRESS), store.read(ADDRESS, ObjectInfo(100, "e"), 0, 100)):
        aws.will_cut()
        with pytest.raises(ObjectError, match="s3://bucket/key"):
            await call


async def test_the_version_is_the_bucket_s_own_where_it_keeps_versions(
    aws: AwsServer, clients: Clients
) -> None:
    for kept, told in (("v7", "v7"), ("null", "e")):
        aws.replies.append(
            web.Response(headers={"Content-Length": "3", "x-amz-version-id": kept, "ETag": '"e"'})
        )
        assert (await S3Objects(clients.s3).stat(ADDRESS)).version == told


def s3_error(code: str) -> str:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>"


# --- tables


async def test_the_reasons_of_a_cancellation_are_read_off_the_wire(aws: AwsServer, clients: Clients) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]
    aws.will_fail("TransactionCanceledException", CancellationReasons=reasons)
    with pytest.raises(ConditionFailed) as raised:
        await transact(clients.dynamodb, [{"Delete": {"TableName": "t", "Key": {"id": {"S": "1"}}}}])
    assert raised.value.positions == (1,)


async def test_a_move_that_meets_a_transaction_is_made_after_it(aws: AwsServer, clients: Clients) -> None:
    aws.will_fail("TransactionConflictException")
    aws.will_answer({})
    assert await DynamoVideos(clients.dynamodb, "t").move("v", State.FAILED, {State.PLANNED})


async def test_a_query_reads_page_after_page(aws: AwsServer, clients: Clients) -> None:
    aws.will_answer({"Items": [{"n": {"N": "1"}}], "LastEvaluatedKey": {"n": {"N": "1"}}})
    aws.will_answer({"Items": [{"n": {"N": "2"}}]})
    request = {"TableName": "t", "KeyConditionExpression": "n > 0"}
    assert [int(row["n"]) async for row in query(clients.dynamodb, **request)] == [1, 2]
    assert aws.requests[1][1]["ExclusiveStartKey"] == {"n": {"N": "1"}}


async def test_a_table_s_refusal_is_a_ledger_error(aws: AwsServer, clients: Clients) -> None:
    aws.will_fail("AccessDeniedException", message="not yours")
    with pytest.raises(LedgerError, match="not yours"):
        await DynamoVideos(clients.dynamodb, "t").get("v")


async def test_a_video_that_moves_on_while_it_is_listed_is_listed_once(
    aws: AwsServer, clients: Clients
) -> None:
    for state in ("PLANNED", "EXTRACTING"):
        aws.will_answer({"Items": [{**VIDEO_ROW, "state": {"S": state}}]})
    listed = await DynamoVideos(clients.dynamodb, "t").in_states({State.EXTRACTING, State.PLANNED})
    assert [video.state for video in listed] == [State.EXTRACTING]
    asked = [body["ExpressionAttributeValues"][":state"]["S"] for _, body in aws.requests]
    assert asked == ["PLANNED", "EXTRACTING"]  # in the order videos move, so that none slips through


VIDEO_ROW = {
    "video_id": {"S": "cup-1"},
    "source": {"M": {"bucket": {"S": "b"}, "key": {"S": "k"}, "version": {"S": "1"}}},
    "options": {"S": "{}"},
    "created_at": {"N": "1"},
    "deadline_at": {"N": "2"},
    "error": {"S": ""},
}


# --- clients


async def test_without_credentials_every_port_says_so(
    aws: AwsServer, monkeypatch: pytest.MonkeyPatch, open_clients: Callable[[], Any]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    async with open_clients() as clients:
        calls: list[tuple[type[Exception], Awaitable[Any]]] = [
            (QueueError, SqsQueue(clients.sqs, "q", f"{aws.address}/q").depth()),
            (ObjectError, S3Objects(clients.s3).get(ADDRESS)),
            (LedgerError, DynamoVideos(clients.dynamodb, "t").get("v")),
        ]
        for error, call in calls:
            with pytest.raises(error, match="credentials"):
                await call
    assert not aws.requests


async def test_the_region_is_the_environment_s_or_the_default(
    monkeypatch: pytest.MonkeyPatch, open_clients: Callable[[], Any]
) -> None:
    async with open_clients() as clients:
        assert clients.sqs.meta.region_name == DEFAULT_REGION
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    async with open_clients() as clients:
        assert clients.detection.meta.region_name == "eu-west-1"


async def test_provisioning_does_not_hide_a_refusal(aws: AwsServer, clients: Clients) -> None:
    for _ in range(11):
        aws.will_answer({"QueueUrl": f"{aws.address}/q"})
        aws.will_answer({"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:q"}})
    aws.replies.append(web.Response(status=403, text=s3_error("AccessDenied")))
    with pytest.raises(NotProvisioned, match="AccessDenied"):
        await provision(clients, load(DetectingSettings), "videos")
