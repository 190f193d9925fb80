"""The control port over DynamoDB: one small table with the leases and the notice board."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.control import Fault, ModelReport, ModelState
from shared.dynamodb import ConditionFailed, from_item, to_item, translated

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient


class DynamoControl:
    """`Leases` and `ModelBoard` over the control table, whose key is `item`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def acquire(self, name: str, owner: str, seconds: float, now: float) -> int | None:
        # The fence rises when the owner changes, so an old leader's late writes can be told and refused.
        renewed = await self._lease(name, "SET expires = :expires", "#owner = :owner", owner, now, seconds)
        if renewed is not None:
            return renewed
        return await self._lease(
            name,
            "SET #owner = :owner, expires = :expires ADD fence :one",
            "attribute_not_exists(expires) OR expires < :now",
            owner,
            now,
            seconds,
        )

    async def _lease(
        self, name: str, update: str, condition: str, owner: str, now: float, seconds: float
    ) -> int | None:
        values = {":owner": owner, ":expires": now + seconds, ":now": now, ":one": 1}
        used = {key: value for key, value in values.items() if key in update + condition}
        try:
            with translated():
                reply = await self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"item": f"LEASE#{name}"}),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues=to_item(used),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed:
            return None
        return int(from_item(reply["Attributes"])["fence"])

    async def release(self, name: str, owner: str) -> None:
        try:
            with translated():
                await self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"item": f"LEASE#{name}"}),
                    UpdateExpression="SET expires = :zero, #owner = :nobody",
                    ConditionExpression="#owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues=to_item({":zero": 0, ":nobody": "", ":owner": owner}),
                )
        except ConditionFailed:
            pass

    async def publish(self, report: ModelReport, fence: int) -> bool:
        row = {
            "item": f"MODEL#{report.model}",
            "model": report.model,
            "state": report.state.value,
            "units": report.units,
            "reason": report.reason,
            "outstanding": report.outstanding,
            "unit_seconds": report.unit_seconds,
            "at": report.at,
            "fence": fence,
        }
        try:
            with translated():
                await self._client.put_item(
                    TableName=self._table,
                    Item=to_item(row),
                    ConditionExpression="attribute_not_exists(fence) OR fence <= :fence",
                    ExpressionAttributeValues=to_item({":fence": fence}),
                )
        except ConditionFailed:
            return False
        return True

    async def report(self, model: str) -> ModelReport | None:
        row = await self._row(f"MODEL#{model}")
        if row is None:
            return None
        return ModelReport(
            model=row["model"],
            state=ModelState(row["state"]),
            units=int(row["units"]),
            reason=row["reason"],
            outstanding=int(row["outstanding"]),
            unit_seconds=float(row["unit_seconds"]),
            at=float(row["at"]),
        )

    async def refute(self, model: str, report_at: float) -> None:
        row = {"item": f"REFUTED#{model}", "report_at": report_at}
        with translated():
            await self._client.put_item(TableName=self._table, Item=to_item(row))

    async def refuted(self, model: str) -> float:
        row = await self._row(f"REFUTED#{model}")
        return float(row["report_at"]) if row else float("-inf")

    async def set_fault(self, model: str, fault: Fault | None) -> None:
        key = {"item": f"FAULT#{model}"}
        with translated():
            if fault is None:
                await self._client.delete_item(TableName=self._table, Key=to_item(key))
            else:
                row = {**key, "sentence": fault.sentence, "at": fault.at}
                await self._client.put_item(TableName=self._table, Item=to_item(row))

    async def fault(self, model: str) -> Fault | None:
        row = await self._row(f"FAULT#{model}")
        return Fault(row["sentence"], float(row["at"])) if row else None

    async def _row(self, item: str) -> Mapping[str, Any] | None:
        with translated():
            reply = await self._client.get_item(
                TableName=self._table, Key=to_item({"item": item}), ConsistentRead=True
            )
        return from_item(reply["Item"]) if "Item" in reply else None
