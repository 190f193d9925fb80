"""The pool port over DynamoDB: a row `RATE#<model>` of the control table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shared.aws.dynamodb.items import ConditionFailed, from_item, to_item, translated
from shared.models.pool import Pool, Sender, Window

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient


class DynamoPools:
    """`Pools` over the control table, whose key is `item`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def read(self, model: str) -> Pool | None:
        with translated():
            reply = await self._client.get_item(
                TableName=self._table, Key=to_item(_key(model)), ConsistentRead=True
            )
        return _pool(from_item(reply["Item"])) if "Item" in reply else None

    async def write(self, pool: Pool) -> bool:
        try:
            with translated():
                await self._client.put_item(
                    TableName=self._table,
                    Item=to_item(_key(pool.model) | asdict(pool)),
                    ConditionExpression="attribute_not_exists(version) OR version = :before",
                    ExpressionAttributeValues=to_item({":before": pool.version - 1}),
                )
        except ConditionFailed:
            return False
        return True


def _key(model: str) -> dict[str, str]:
    return {"item": f"RATE#{model}"}


def _pool(row: Mapping[str, Any]) -> Pool:
    return Pool(
        model=row["model"],
        limit=float(row["limit"]),
        units=int(row["units"]),
        units_at=float(row["units_at"]),
        learnt=row["learnt"],
        clean=int(row["clean"]),
        era=int(row["era"]),
        settled_at=float(row["settled_at"]),
        fell_at=float(row.get("fell_at", 0)),  # an earlier version does not write it
        fell_from=float(row.get("fell_from", 0)),
        window=Window(**{name: int(count) for name, count in row["window"].items()}),
        senders=tuple(_sender(one) for one in row["senders"]),
        version=int(row["version"]),
    )


def _sender(row: Mapping[str, Any]) -> Sender:
    return Sender(owner=row["owner"], beat=int(row["beat"]), share=float(row["share"]))
