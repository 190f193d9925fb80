"""Brands across videos over DynamoDB: rows beside the video's own in the ledger, found by a sparse index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.aws.dynamodb.items import query, scan, to_item, write
from shared.videos.brands import BrandInVideo

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

BY_BRAND = "by-brand"  # the index over (brand, submitted_at); only these rows have both
ROW = "BRAND#"  # their sort keys begin with it


class DynamoBrands:
    """`Brands` over the ledger table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def enter(self, video_id: str, rows: Collection[BrandInVideo]) -> None:
        entered = {f"{ROW}{row.detector}#{row.brand}": row for row in rows}
        for item, row in entered.items():
            values = to_item({**asdict(row), "item": item})
            await write(partial(self._client.put_item, TableName=self._table, Item=values))
        for item in await self._items(video_id):
            if item not in entered:
                await self._take_out(video_id, item)

    async def read(self, brand: str | None = None, since: float = 0.0) -> AsyncIterator[BrandInVideo]:
        async for row in self._of(brand, since) if brand else self._all(since):
            yield _row(row)

    async def _items(self, video_id: str) -> list[str]:
        """The sort keys of a video's rows that are in the index."""
        rows = query(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="video_id = :id AND begins_with(#item, :row)",
            FilterExpression="attribute_exists(brand)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=to_item({":id": video_id, ":row": ROW}),
        )
        return [row["item"] async for row in rows]

    async def _take_out(self, video_id: str, item: str) -> None:
        # Nobody is allowed to delete from the books: a row without the index's keys is not found any more.
        await write(
            partial(
                self._client.update_item,
                TableName=self._table,
                Key=to_item({"video_id": video_id, "item": item}),
                UpdateExpression="REMOVE brand, submitted_at",
            )
        )

    def _of(self, brand: str, first: float) -> AsyncIterator[dict[str, Any]]:
        return query(
            self._client,
            TableName=self._table,
            IndexName=BY_BRAND,
            KeyConditionExpression="brand = :brand AND submitted_at >= :first",
            ExpressionAttributeValues=to_item({":brand": brand, ":first": first}),
        )

    def _all(self, first: float) -> AsyncIterator[dict[str, Any]]:
        return scan(
            self._client,
            TableName=self._table,
            IndexName=BY_BRAND,
            FilterExpression="submitted_at >= :first",
            ExpressionAttributeValues=to_item({":first": first}),
        )


def _row(row: Mapping[str, Any]) -> BrandInVideo:
    numbers = ("submitted_at", "duration", "screen_time", "deviation", "area_time", "effective")
    value = row["value"]
    return BrandInVideo(
        brand=row["brand"],
        video_id=row["video_id"],
        detector=row["detector"],
        source=row["source"],
        exposures=int(row["exposures"]),
        value=None if value is None else float(value),
        **{name: float(row[name]) for name in numbers},
    )
