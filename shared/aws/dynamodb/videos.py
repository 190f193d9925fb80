"""The list of videos over DynamoDB's ledger table."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

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
from shared.aws.dynamodb.rows import VIDEO, chunk, chunk_item, counters, video, video_item
from shared.videos.ledger import ACTIVE, Chunk, State, Video

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

BY_STATE = "by-state"  # the index over (state, created_at)


class DynamoVideos:
    """`Videos` over the ledger table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def plan(self, video: Video, chunks: Collection[Chunk]) -> Video:
        # Chunks first: a video that stands in the ledger has all its chunks.
        for each in chunks:
            await self._put_new(chunk_item(video.video_id, each))
        await self._put_new(video_item(video))
        return await self.get(video.video_id) or video

    async def get(self, video_id: str) -> Video | None:
        with translated():
            reply = await self._client.get_item(
                TableName=self._table,
                Key=to_item({"video_id": video_id, "item": VIDEO}),
                ConsistentRead=True,
            )
        return video(from_item(reply["Item"])) if "Item" in reply else None

    async def in_states(self, states: Collection[State]) -> list[Video]:
        # One query per state, in the order videos pass through them: one that moves on meanwhile is seen
        # twice, where the other way round it could be missed.
        found = {
            row["video_id"]: video(row)
            for state in State
            if state in states
            async for row in query(
                self._client,
                IndexName=BY_STATE,
                TableName=self._table,
                KeyConditionExpression="#state = :state",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item({":state": state.value}),
            )
        }
        return sorted(found.values(), key=lambda video: (video.created_at, video.video_id))

    async def chunks(self, video_id: str) -> list[Chunk]:
        return [
            chunk(row)
            async for row in query(
                self._client,
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="video_id = :id AND begins_with(#item, :chunk)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues=to_item({":id": video_id, ":chunk": "CHUNK#"}),
            )
        ]

    async def extend(self, video: Video, chunk: Chunk) -> None:
        row = {
            "TableName": self._table,
            "Item": to_item(chunk_item(video.video_id, chunk)),
            "ConditionExpression": "attribute_not_exists(video_id)",
        }
        same, names, counts = unchanged(_counted(video))
        allowed = _allowed(ACTIVE)
        longer = {
            "TableName": self._table,
            "Key": to_item({"video_id": video.video_id, "item": VIDEO}),
            "UpdateExpression": "ADD chunks :one, instants :instants",
            "ConditionExpression": " AND ".join([f"#state IN ({', '.join(allowed)})", *same]),
            "ExpressionAttributeNames": {"#state": "state", **names},
            "ExpressionAttributeValues": to_item(
                {":one": 1, ":instants": chunk.instants, **allowed, **counts}
            ),
        }
        with suppress(ConditionFailed):  # it was extended before, or is no longer what asked for it
            await transact(self._client, [{"Put": row}, {"Update": longer}])

    async def move(self, video_id: str, to: State, since: Collection[State], error: str = "") -> bool:
        return await self._move(video_id, to, since, error)

    async def end(self, video: Video, to: State, error: str = "") -> bool:
        return await self._move(video.video_id, to, ACTIVE, error, _counted(video))

    async def _move(
        self,
        video_id: str,
        to: State,
        since: Collection[State],
        error: str,
        counted: Mapping[str, int] = MappingProxyType({}),
    ) -> bool:
        """Change the state if it is one of `since`, and the row's counters are still as counted."""
        allowed = _allowed(since)
        ended = "" if to in ACTIVE else ", finished_at = :now"
        values = {":to": to.value, ":error": error, **allowed, **({":now": time.time()} if ended else {})}
        same, names, counts = unchanged(counted)
        try:
            await write(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"video_id": video_id, "item": VIDEO}),
                    UpdateExpression="SET #state = :to, #error = :error" + ended,
                    ConditionExpression=" AND ".join([f"#state IN ({', '.join(allowed)})", *same]),
                    ExpressionAttributeNames={"#state": "state", "#error": "error", **names},
                    ExpressionAttributeValues=to_item({**values, **counts}),
                )
            )
        except ConditionFailed:
            return False
        return True

    async def _put_new(self, values: Mapping[str, Any]) -> None:
        try:
            with translated():
                await self._client.put_item(
                    TableName=self._table,
                    Item=to_item(values),
                    ConditionExpression="attribute_not_exists(video_id)",
                )
        except ConditionFailed:
            pass


def _allowed(states: Collection[State]) -> dict[str, str]:
    """The states that a video may be in, as values of a condition."""
    return {f":since{n}": state.value for n, state in enumerate(states)}


def _counted(video: Video) -> dict[str, int]:
    """What tells, by attribute, whether as much is known of a video's frames."""
    examined = counters(video.counts, video.options.detectors)
    closed = {"chunks": video.chunks, "chunks_closed": video.chunks_closed, "reopened": video.reopened}
    return {**closed, **examined}
