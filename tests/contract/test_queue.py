"""The queue port: at least once, hidden while in hand, given back on time, dead letters at the end."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from shared.aws.clients import Clients
from shared.aws.sqs import SqsQueue, open_queue
from shared.messaging.laned import LanedQueue
from shared.messaging.lanes import LANES, lane
from shared.messaging.queue import Depth, Message, Queue, QueueError, QueueMissing
from tests import localstack
from tests.contract.names import unique
from tests.fakes import FakeQueue

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

WAIT = 1  # seconds of the long poll
VISIBILITY = 30  # seconds
MAX_RECEIVES = 3

Pair = tuple[Queue, Queue]  # a queue and its dead letters


def fake_pair() -> Pair:
    dead = FakeQueue("dead", wait=WAIT)
    return FakeQueue("q", visibility=VISIBILITY, wait=WAIT, dead=dead, max_receives=MAX_RECEIVES), dead


async def sqs_pair(sqs: SQSClient, wait: int = WAIT) -> Pair:
    name = unique("q")
    made = await sqs.create_queue(QueueName=f"{name}-dead")
    reply = await sqs.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": reply["Attributes"]["QueueArn"], "maxReceiveCount": MAX_RECEIVES}
    attributes: Any = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(redrive)}
    await sqs.create_queue(QueueName=name, Attributes=attributes)
    return await open_queue(sqs, name, wait), await open_queue(sqs, f"{name}-dead", WAIT)


def laned_fake_pair() -> Pair:
    dead = FakeQueue("dead", wait=WAIT)
    lanes = [
        FakeQueue(f"q-{n}", visibility=VISIBILITY, wait=0, dead=dead, max_receives=MAX_RECEIVES)
        for n in range(LANES)
    ]
    return LanedQueue("q", lanes), dead


async def laned_sqs_pair(sqs: SQSClient) -> Pair:
    pairs = [await sqs_pair(sqs, wait=0) for _ in range(LANES)]
    # The messages have no deadline: they share a lane, whose dead letters are looked at.
    now = lane(None, time.time())
    return LanedQueue("q", [queue for queue, _ in pairs]), pairs[now][1]


@pytest.fixture(params=["fake", "sqs"])
def sqs(request: pytest.FixtureRequest) -> SQSClient | None:
    """The client when the adapter's turn has come."""
    return None if request.param == "fake" else request.getfixturevalue("clients").sqs


@pytest.fixture(params=["plain", "laned"])
def is_laned(request: pytest.FixtureRequest) -> bool:
    return request.param == "laned"


@pytest_asyncio.fixture(loop_scope="session")
async def pair(sqs: SQSClient | None, is_laned: bool) -> Pair:
    if is_laned:
        return await laned_sqs_pair(sqs) if sqs else laned_fake_pair()
    return await sqs_pair(sqs) if sqs else fake_pair()


@pytest.fixture
def queue(pair: Pair) -> Queue:
    return pair[0]


async def receive_all(queue: Queue, count: int) -> list[Message]:
    messages: list[Message] = []
    while len(messages) < count:
        more = await queue.receive(10)
        assert more, f"only {len(messages)} of {count} messages came"
        messages += more
    return messages


async def test_what_is_sent_comes_with_the_facts_of_its_receipt(queue: Queue) -> None:
    await queue.send(['{"name": "Überholspur 视频"}'])
    [message] = await queue.receive(10)
    assert message.body == '{"name": "Überholspur 视频"}'
    assert message.receives == 1
    assert abs(message.sent_at - time.time()) < 60


async def test_a_trace_travels_beside_its_own_message(queue: Queue) -> None:
    traces = {"a": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "b": None}
    await queue.send(list(traces), traces=list(traces.values()))
    messages = await receive_all(queue, 2)
    assert {message.body: message.trace for message in messages} == traces


async def test_more_than_ten_go_through_every_call(queue: Queue) -> None:
    bodies = [f"body {n}" for n in range(25)]
    await queue.send(bodies)
    messages = await receive_all(queue, 25)
    assert sorted(message.body for message in messages) == sorted(bodies)
    assert len({message.id for message in messages}) == 25
    assert await queue.set_visibility(messages, 60) == []
    assert await queue.delete(messages) == []
    assert (await queue.depth()).total == 0


async def test_large_messages_are_split_over_requests(queue: Queue) -> None:
    bodies = [str(n) * 200_000 for n in range(8)]
    await queue.send(bodies)
    messages = await receive_all(queue, 8)
    assert sorted(message.body for message in messages) == bodies


async def test_sending_nothing_is_no_mistake(queue: Queue) -> None:
    await queue.send([])
    assert await queue.delete([]) == []
    assert await queue.set_visibility([], 5) == []
    assert (await queue.depth()).total == 0


async def test_no_more_come_than_were_asked_for_and_at_most_ten(queue: Queue) -> None:
    await queue.send([str(n) for n in range(15)])
    assert len(await queue.receive(2)) <= 2
    assert len(await queue.receive(50)) <= 10


async def test_messages_of_a_group_are_side_by_side_not_one_by_one(queue: Queue) -> None:
    await queue.send(["a", "b", "c"], group="video-1")
    await queue.send(["d"], group="video-2")
    messages = await receive_all(queue, 4)  # none is deleted meanwhile
    groups = {message.body: message.group for message in messages}
    assert groups == {"a": "video-1", "b": "video-1", "c": "video-1", "d": "video-2"}


async def test_an_empty_queue_is_waited_on_and_gives_an_empty_list(queue: Queue) -> None:
    started = time.monotonic()
    assert await queue.receive(10) == []
    assert WAIT * 0.9 <= time.monotonic() - started <= WAIT + 2


async def test_a_long_poll_returns_when_a_message_comes(queue: Queue) -> None:
    poll = asyncio.create_task(queue.receive(10))
    await asyncio.sleep(0.1)
    await queue.send(["late"])
    assert [message.body for message in await poll] == ["late"]


async def test_a_message_in_hand_is_hidden_from_others(queue: Queue) -> None:
    await queue.send(["a"])
    assert len(await queue.receive(1)) == 1
    assert await queue.receive(1) == []


async def test_what_is_given_back_comes_at_once_and_counts_a_receive(queue: Queue) -> None:
    await queue.send(["a"])
    [first] = await queue.receive(1)
    assert await queue.set_visibility([first], 0) == []
    [second] = await queue.receive(1)
    assert (second.id, second.receives) == (first.id, 2)
    assert second.receipt != first.receipt


async def test_a_lease_ends_when_it_was_set_to_end(queue: Queue) -> None:
    await queue.send(["a"])
    [message] = await queue.receive(1)
    await queue.set_visibility([message], 2)
    assert await queue.receive(1) == []  # waits for one of the two seconds
    [again] = await queue.receive(1) or await queue.receive(1)
    assert again.receives == 2


async def test_a_renewal_extends_the_lease_from_now(queue: Queue) -> None:
    await queue.send(["a"])
    [message] = await queue.receive(1)
    await queue.set_visibility([message], 1)
    assert await queue.set_visibility([message], VISIBILITY) == []
    assert await queue.receive(1) == []
    assert await queue.receive(1) == []


async def test_what_is_deleted_does_not_come_again(queue: Queue) -> None:
    await queue.send(["a"])
    [message] = await queue.receive(1)
    assert await queue.delete([message]) == []
    assert await queue.set_visibility([message], 0) == [message]
    assert await queue.delete([message]) == []  # nothing to do is no failure
    assert await queue.receive(1) == []


async def test_a_stale_receipt_changes_nothing_for_who_has_the_message_now(
    queue: Queue, sqs: SQSClient | None
) -> None:
    if sqs and localstack.PYTHON:
        pytest.skip("LocalStack's receipts never become stale")
    await queue.send(["a"])
    [stale] = await queue.receive(1)
    await queue.set_visibility([stale], 0)
    [fresh] = await queue.receive(1)
    assert await queue.set_visibility([stale], 0) == [stale]
    assert await queue.delete([stale]) == []  # trying again would not help
    assert (await queue.depth()).in_flight == 1
    assert await queue.set_visibility([fresh], 5) == []


async def test_one_bad_entry_does_not_stop_the_others(queue: Queue) -> None:
    await queue.send(["a", "b", "c"])
    messages = await receive_all(queue, 3)
    await queue.delete([messages[1]])
    assert await queue.set_visibility(messages, 0) == [messages[1]]
    assert len(await receive_all(queue, 2)) == 2


async def test_depth_tells_waiting_from_in_hand(queue: Queue) -> None:
    await queue.send(["a", "b", "c"])
    await queue.receive(1)
    depth = await queue.depth()
    assert depth == Depth(visible=2, in_flight=1, delayed=0)
    assert depth.total == 3


async def test_a_message_received_too_often_goes_to_the_dead_letters(pair: Pair) -> None:
    queue, dead = pair
    await queue.send(["poison"])
    for receives in range(1, MAX_RECEIVES + 1):
        [message] = await queue.receive(1)
        assert message.receives == receives
        await queue.set_visibility([message], 0)
    assert await queue.receive(1) == []
    assert [message.body for message in await dead.receive(1)] == ["poison"]


# --- the adapter alone


async def test_a_queue_that_does_not_exist_is_told_with_the_cure(clients: Clients) -> None:
    with pytest.raises(QueueMissing, match="queue nowhere does not exist: create it"):
        await open_queue(clients.sqs, "nowhere")


async def test_a_queue_that_vanished_fails_every_call(clients: Clients) -> None:
    sqs = clients.sqs
    made = await sqs.create_queue(QueueName=unique("gone"))
    queue = SqsQueue(sqs, "gone", made["QueueUrl"], WAIT)
    await queue.send(["a"])
    messages = await queue.receive(1)
    await sqs.delete_queue(QueueUrl=made["QueueUrl"])
    calls = (queue.receive(1), queue.send(["a"]), queue.depth())
    for call in (*calls, queue.delete(messages), queue.set_visibility(messages, 0)):
        with pytest.raises(QueueError, match="gone"):
            await call
