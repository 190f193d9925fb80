"""The queue port over Amazon SQS: the only file that knows SQS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.outages import means_away
from shared.messaging.queue import Depth, Message, QueueAway, QueueError, QueueMissing
from shared.telemetry.tracing import Traces, each, tracer

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient

BATCH = 10  # entries per request, SQS's limit
BATCH_BYTES = 1_000_000  # SQS takes 1 MiB a request, attributes included
TRACE = "traceparent"  # the only attribute of our messages; SQS allows ten
WAIT_SECONDS = 5  # the long poll; also how long an idle service takes to stop, as polls are never cancelled
_MISSING = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}


async def open_queue(client: SQSClient, name: str, wait_seconds: int = WAIT_SECONDS) -> SqsQueue:
    """Look the queue up by name; raises `QueueMissing`."""
    with _translated(name):
        reply = await client.get_queue_url(QueueName=name)
    return SqsQueue(client, name, reply["QueueUrl"], wait_seconds)


class SqsQueue:
    """A standard SQS queue. Batch calls answer 200 even when entries fail: those are returned or raised."""

    def __init__(self, client: SQSClient, name: str, url: str, wait_seconds: int = WAIT_SECONDS) -> None:
        self.name = name
        self._client = client
        self._url = url
        self._wait_seconds = wait_seconds

    async def receive(self, limit: int) -> list[Message]:
        with _translated(self.name):
            reply = await self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(limit, BATCH),
                WaitTimeSeconds=self._wait_seconds,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp", "MessageGroupId"],
                MessageAttributeNames=[TRACE],
            )
        return [_message(entry) for entry in reply.get("Messages", [])]

    async def delete(self, messages: Sequence[Message]) -> list[Message]:
        failed: list[Message] = []
        for batch in _batches(messages):
            entries: Any = [{"Id": str(n), "ReceiptHandle": m.receipt} for n, m in enumerate(batch)]
            with _translated(self.name):
                reply = await self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
            # A refused receipt names nothing of ours any more: deleted before, or in other hands.
            failed += [
                batch[int(entry["Id"])]
                for entry in reply.get("Failed", [])
                if entry["Code"] != "ReceiptHandleIsInvalid"
            ]
        return failed

    async def set_visibility(self, messages: Sequence[Message], seconds: int) -> list[Message]:
        failed: list[Message] = []
        for batch in _batches(messages):
            entries: Any = [
                {"Id": str(n), "ReceiptHandle": m.receipt, "VisibilityTimeout": seconds}
                for n, m in enumerate(batch)
            ]
            with _translated(self.name):
                reply = await self._client.change_message_visibility_batch(
                    QueueUrl=self._url, Entries=entries
                )
            failed += [batch[int(entry["Id"])] for entry in reply.get("Failed", [])]
        return failed

    async def send(self, bodies: Sequence[str], group: str | None = None, traces: Traces = ()) -> None:
        with tracer().sending(self.name, len(bodies), traces) as own:
            pairs = zip(bodies, each(own, len(bodies)), strict=True)
            entries = [_entry(body, group, trace) for body, trace in pairs]
            for batch in _batches_by_size(entries):
                await self._send(batch)

    async def _send(self, batch: list[dict[str, Any]]) -> None:
        entries: Any = [{"Id": str(n), **entry} for n, entry in enumerate(batch)]
        with _translated(self.name):
            reply = await self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if failed := reply.get("Failed"):
            raise QueueError(f"queue {self.name}: {len(failed)} messages not sent: {failed[0]['Code']}")

    async def depth(self) -> Depth:
        with _translated(self.name):
            reply = await self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        counts = {name: int(value) for name, value in reply["Attributes"].items() if value.isdigit()}
        return Depth(
            visible=counts.get("ApproximateNumberOfMessages", 0),
            in_flight=counts.get("ApproximateNumberOfMessagesNotVisible", 0),
            delayed=counts.get("ApproximateNumberOfMessagesDelayed", 0),
        )


def _message(entry: Mapping[str, Any]) -> Message:
    attributes = entry.get("Attributes", {})
    return Message(
        id=entry["MessageId"],
        body=entry["Body"],
        receipt=entry["ReceiptHandle"],
        receives=int(attributes.get("ApproximateReceiveCount", 1)),
        sent_at=int(attributes.get("SentTimestamp", 0)) / 1000,
        trace=entry.get("MessageAttributes", {}).get(TRACE, {}).get("StringValue"),
        group=attributes.get("MessageGroupId"),
    )


def _entry(body: str, group: str | None, trace: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"MessageBody": body}
    if group:
        # On a standard queue it makes a fair queue: one long video cannot starve the others.
        entry["MessageGroupId"] = group
    if trace:
        entry["MessageAttributes"] = {TRACE: {"DataType": "String", "StringValue": trace}}
    return entry


def _batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), BATCH):
        yield messages[start : start + BATCH]


def _batches_by_size(entries: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"].encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _MISSING:
            raise QueueMissing(
                f"queue {name} does not exist: create it, or correct LOGOSTREAM_PREFIX"
            ) from error
        raise _failure(name, error) from error
    except BotoCoreError as error:
        raise _failure(name, error) from error


def _failure(name: str, error: BotoCoreError | ClientError) -> QueueError:
    return (QueueAway if means_away(error) else QueueError)(f"queue {name}: {error}")
