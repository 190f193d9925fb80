"""The books of frames over DynamoDB: each transaction's first condition tells whether it was done before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from shared.aws.dynamodb.items import (
    ConditionFailed,
    from_item,
    query,
    to_item,
    transact,
    translated,
    unchanged,
    write,
)
from shared.aws.dynamodb.rows import VIDEO, chunk, chunk_key, counter, counters, found_json, screened_json
from shared.messaging.messages import ChunkExtracted, FrameDetected, FrameFailed, FrameResult
from shared.videos.ledger import AGAIN, Chunk, LedgerError, State, UnknownChunk
from shared.videos.timecode import LAST_MS, frame_id

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

REOPENED = "reopened"  # the outcome of a failed frame that is tried again
_result: TypeAdapter[FrameResult] = TypeAdapter(FrameResult)


class DynamoCounting:
    """`Counting` over the ledger and detections tables."""

    def __init__(self, client: DynamoDBClient, ledger: str, detections: str) -> None:
        self._client = client
        self._ledger = ledger
        self._detections = detections

    async def note_progress(self, video_id: str, chunk: int, published: int) -> None:
        update = self._chunk_update(
            video_id, chunk, "SET published = :n", "extracted = :no", {":n": published, ":no": False}
        )
        with suppress(ConditionFailed):
            await write(lambda: self._client.update_item(**update))

    async def enter_extracted(self, extracted: ChunkExtracted) -> None:
        skipped = sum(skip.count for skip in extracted.skipped)
        facts = {
            ":sampled": extracted.sampled,
            ":published": extracted.published,
            ":skipped": skipped,
        }
        chunk = self._chunk_update(
            extracted.video_id,
            extracted.chunk,
            "SET extracted = :yes, sampled = :sampled, published = :published, skipped = :skipped, "
            "reasons = :reasons, screened = :screened, damage = :damage, edges_found = :edges",
            "extracted = :no",
            {
                **facts,
                ":yes": True,
                ":no": False,
                ":reasons": [skip.model_dump() for skip in extracted.skipped],
                ":screened": screened_json(extracted.screened),
                ":damage": extracted.damage,
                ":edges": found_json(extracted.edges),
            },
        )
        video = self._video_update(
            extracted.video_id,
            {
                "chunks_extracted": 1,
                "sampled": extracted.sampled,
                "published": extracted.published,
                "skipped": skipped,
            },
        )
        entered = await self._once([{"Update": chunk}, {"Update": video}])
        if not entered and await self.chunk(extracted.video_id, extracted.chunk) is None:
            raise UnknownChunk

    async def enter_frame(self, result: FrameResult) -> None:
        outcome = "detected" if isinstance(result, FrameDetected) else "failed"
        frame = {
            "TableName": self._detections,
            "Item": to_item(
                {
                    "video_id": result.video_id,
                    "frame": _row_key(result),
                    "outcome": outcome,
                    "result": result.body(),
                }
            ),
            "ConditionExpression": "attribute_not_exists(video_id) OR outcome = :reopened",
            "ExpressionAttributeValues": to_item({":reopened": REOPENED}),
        }
        chunk = self._chunk_update(
            result.video_id, result.chunk, "ADD #count :one", "attribute_exists(video_id)", {":one": 1}
        )
        chunk["ExpressionAttributeNames"] = {"#count": counter(outcome, result.detector)}
        await self._once([{"Put": frame}, {"Update": chunk}])

    async def reopen_frame(self, failure: FrameFailed, chunk: Chunk) -> None:
        frame = {
            "TableName": self._detections,
            "Key": to_item({"video_id": failure.video_id, "frame": _row_key(failure)}),
            "UpdateExpression": "SET outcome = :reopened",
            "ConditionExpression": "outcome = :failed",
            "ExpressionAttributeValues": to_item({":reopened": REOPENED, ":failed": "failed"}),
        }
        opening = self._chunk_update(
            failure.video_id,
            chunk.number,
            "SET closed = :no ADD #count :less",
            "closed = :was",
            {":no": False, ":was": chunk.closed, ":less": -1},
        )
        opening["ExpressionAttributeNames"] = {"#count": counter("failed", failure.detector)}
        video = self._at_work_again(failure.video_id, chunk)
        try:
            await self._once([{"Update": frame}, {"Update": opening}, {"Update": video}])
        except UnknownChunk as error:
            raise LedgerError(f"{failure.video_id} changed meanwhile: try again") from error

    async def chunk(self, video_id: str, number: int) -> Chunk | None:
        with translated():
            reply = await self._client.get_item(
                TableName=self._ledger,
                Key=to_item({"video_id": video_id, "item": chunk_key(number)}),
                ConsistentRead=True,
            )
        return chunk(from_item(reply["Item"])) if "Item" in reply else None

    async def close_chunk(self, video_id: str, chunk: Chunk) -> None:
        same, names, counted = unchanged(counters(chunk.counts, chunk.detectors))
        closing = self._chunk_update(
            video_id,
            chunk.number,
            "SET closed = :yes, seen = :seen",
            " AND ".join(["closed = :no", *same]),
            {":yes": True, ":no": False, ":seen": [asdict(each) for each in chunk.seen], **counted},
        )
        closing["ExpressionAttributeNames"] = names
        await self._once([{"Update": closing}, {"Update": self._video_update(video_id, _closed(chunk, 1))}])

    async def frames(
        self, video_id: str, span_ms: tuple[int, int] | None = None
    ) -> AsyncIterator[FrameResult]:
        first, last = span_ms or (0, LAST_MS)
        rows = query(
            self._client,
            TableName=self._detections,
            ConsistentRead=True,
            KeyConditionExpression="video_id = :id AND frame BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {":id": video_id, ":first": frame_id(first, 0), ":last": frame_id(last + 1, 0)}
            ),
        )
        async for row in rows:
            yield _result.validate_json(row["result"])

    def _at_work_again(self, video_id: str, chunk: Chunk) -> dict[str, Any]:
        """What a video becomes when a failure of this chunk is taken out of its books."""
        undone = _closed(chunk, -1) if chunk.closed else {}
        video = self._video_update(video_id, {"reopened": 1, **undone})
        may_be = {f":state{n}": state.value for n, state in enumerate(sorted(AGAIN))}
        video["UpdateExpression"] = f"SET #state = :to, #error = :none {video['UpdateExpression']}"
        video["ConditionExpression"] = f"#state IN ({', '.join(may_be)})"
        video["ExpressionAttributeNames"] |= {"#state": "state", "#error": "error"}
        video["ExpressionAttributeValues"] |= to_item({":to": State.DETECTING.value, ":none": "", **may_be})
        return video

    async def _once(self, actions: list[dict[str, Any]]) -> bool:
        """Whether all is done; nothing of it is where the first condition fails, as after the first time."""
        try:
            await transact(self._client, actions)
        except ConditionFailed as failed:
            if 0 not in failed.positions:
                raise UnknownChunk from failed
            return False
        return True

    def _chunk_update(
        self, video_id: str, chunk: int, update: str, condition: str, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "TableName": self._ledger,
            "Key": to_item({"video_id": video_id, "item": chunk_key(chunk)}),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_item(values),
        }

    def _video_update(self, video_id: str, added: Mapping[str, int]) -> dict[str, Any]:
        """An update that adds to the counters of a video."""
        return {
            "TableName": self._ledger,
            "Key": to_item({"video_id": video_id, "item": VIDEO}),
            "UpdateExpression": "ADD " + ", ".join(f"#{n} :{n}" for n in range(len(added))),
            "ExpressionAttributeNames": {f"#{n}": column for n, column in enumerate(added)},
            "ExpressionAttributeValues": to_item({f":{n}": more for n, more in enumerate(added.values())}),
        }


def _closed(chunk: Chunk, sign: int) -> dict[str, int]:
    """What a closed chunk adds to its video, by attribute, or takes from it again."""
    examined = counters(chunk.counts, chunk.counts.examined)
    return {"chunks_closed": sign, **{name: sign * count for name, count in examined.items()}}


def _row_key(result: FrameResult) -> str:
    return f"{frame_id(result.timestamp_ms, result.instant, result.grid)}#{result.detector}"
