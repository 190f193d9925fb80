"""The control port over DynamoDB: one small table with the leases and the notice board."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shared.aws.dynamodb.items import ConditionFailed, from_item, to_item, transact, translated
from shared.models.control import EMPTY, RECORDS_KEPT, Fault, Lease, ModelReport, ModelState, Pause

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

EXPIRES_AT = "expires_at"  # the table's time to live: records alone have one, the rest is one row a model


class DynamoControl:
    """`LeaseTable` and `ModelBoard` over the control table, whose key is `item`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    async def lease(self, name: str) -> Lease:
        row = await self._row(f"LEASE#{name}")
        # An older version's row has no beat.
        return Lease(row["owner"], int(row["fence"]), int(row.get("beat", 0))) if row else Lease()

    async def replace(self, name: str, old: Lease, new: Lease) -> bool:
        row = {"item": f"LEASE#{name}", "owner": new.owner, "fence": new.fence, "beat": new.beat}
        try:
            with translated():
                await self._client.put_item(
                    TableName=self._table,
                    Item=to_item(row),
                    ConditionExpression="attribute_not_exists(#item) OR (#owner = :owner AND fence = :fence "
                    "AND (beat = :beat OR attribute_not_exists(beat)))",
                    ExpressionAttributeNames={"#item": "item", "#owner": "owner"},
                    ExpressionAttributeValues=to_item(
                        {":owner": old.owner, ":fence": old.fence, ":beat": old.beat}
                    ),
                )
        except ConditionFailed:
            return False
        return True

    async def publish(self, report: ModelReport, fence: int, records: Mapping[str, str] = EMPTY) -> bool:
        fenced = {
            **self._put({"item": f"MODEL#{report.model}", **asdict(report), "fence": fence}),
            "ConditionExpression": "attribute_not_exists(fence) OR fence <= :fence",
            "ExpressionAttributeValues": to_item({":fence": fence}),
        }
        expires_at = int(report.at) + RECORDS_KEPT
        kept = [
            self._put({"item": f"RECORD#{key}", "body": body, EXPIRES_AT: expires_at})
            for key, body in records.items()
        ]
        try:
            await transact(self._client, [{"Put": put} for put in (fenced, *kept)])
        except ConditionFailed:
            return False
        return True

    async def record(self, key: str) -> str | None:
        row = await self._row(f"RECORD#{key}")
        return row["body"] if row else None

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
        with suppress(ConditionFailed), translated():
            await self._client.put_item(
                **self._put(row),
                ConditionExpression="attribute_not_exists(report_at) OR report_at < :report_at",
                ExpressionAttributeValues=to_item({":report_at": report_at}),
            )

    async def refuted(self, model: str) -> float:
        row = await self._row(f"REFUTED#{model}")
        return float(row["report_at"]) if row else float("-inf")

    async def set_fault(self, model: str, fault: Fault | None) -> None:
        values = None if fault is None else {"sentence": fault.sentence, "at": fault.at}
        await self._set(f"FAULT#{model}", values)

    async def fault(self, model: str) -> Fault | None:
        row = await self._row(f"FAULT#{model}")
        return Fault(row["sentence"], float(row["at"])) if row else None

    async def set_pause(self, model: str, pause: Pause | None) -> None:
        values = None if pause is None else {"reason": pause.reason, "at": pause.at}
        await self._set(f"PAUSE#{model}", values)

    async def pause(self, model: str) -> Pause | None:
        row = await self._row(f"PAUSE#{model}")
        return Pause(row["reason"], float(row["at"])) if row else None

    async def _set(self, item: str, values: Mapping[str, Any] | None) -> None:
        key = {"item": item}
        with translated():
            if values is None:
                await self._client.delete_item(TableName=self._table, Key=to_item(key))
            else:
                await self._client.put_item(TableName=self._table, Item=to_item({**key, **values}))

    def _put(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"TableName": self._table, "Item": to_item(row)}

    async def _row(self, item: str) -> Mapping[str, Any] | None:
        with translated():
            reply = await self._client.get_item(
                TableName=self._table, Key=to_item({"item": item}), ConsistentRead=True
            )
        return from_item(reply["Item"]) if "Item" in reply else None
