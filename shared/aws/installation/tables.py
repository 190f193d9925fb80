"""Makes the tables, with the indexes and the expiry they need."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any

from shared.aws.clients import Clients
from shared.aws.dynamodb.brands import BY_BRAND
from shared.aws.dynamodb.control import EXPIRES_AT
from shared.aws.dynamodb.videos import BY_STATE
from shared.aws.installation.tagged import TAG, unless_there
from shared.config.settings import Settings

INDEXING_POLL = 1.0  # seconds
TIMES = ("created_at", "submitted_at")  # the keys that are numbers


async def make_tables(clients: Clients, settings: Settings) -> None:
    """Create the tables that are missing, and the indexes that a table made before them lacks."""
    indexes = {BY_STATE: ("state", "created_at"), BY_BRAND: ("brand", "submitted_at")}
    await _table(clients, settings, "ledger", ("video_id", "item"), indexes)
    await _table(clients, settings, "detections", ("video_id", "frame"))
    await _table(clients, settings, "control", ("item",))
    await _let_expire(clients, settings.table_name("control"), EXPIRES_AT)


async def _table(
    clients: Clients,
    settings: Settings,
    kind: str,
    key: tuple[str, ...],
    indexes: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> None:
    name = settings.table_name(kind)
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": TAG, "Value": settings.prefix}],
        "KeySchema": _schema(key),
        "AttributeDefinitions": _attributes((*key, *chain(*indexes.values()))),
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [_index(*index) for index in indexes.items()]
    await unless_there(clients.dynamodb.create_table(**request))
    await clients.dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    await _add_missing(clients, name, indexes)


async def _let_expire(clients: Clients, table: str, attribute: str) -> None:
    reply = await clients.dynamodb.describe_time_to_live(TableName=table)
    # DynamoDB refuses to be told twice.
    if reply["TimeToLiveDescription"].get("TimeToLiveStatus") not in {"ENABLING", "ENABLED"}:
        await clients.dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute}
        )


async def _add_missing(clients: Clients, table: str, indexes: Mapping[str, tuple[str, str]]) -> None:
    """Give a table made before them the indexes it lacks, one after the other, as DynamoDB wants it."""
    for index, key in indexes.items():
        if index not in await _index_states(clients, table):
            update: Any = [{"Create": _index(index, key)}]
            attributes: Any = _attributes(key)
            await clients.dynamodb.update_table(
                TableName=table, AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=update
            )
            await _active(clients, table, index)


async def _active(clients: Clients, table: str, index: str) -> None:
    """Wait until an index holds all rows: only then may the next be asked for."""
    while True:
        if (await _index_states(clients, table))[index] == "ACTIVE":
            return
        await asyncio.sleep(INDEXING_POLL)


async def _index_states(clients: Clients, table: str) -> dict[str, str]:
    described: Any = (await clients.dynamodb.describe_table(TableName=table))["Table"]
    return {index["IndexName"]: index["IndexStatus"] for index in described.get("GlobalSecondaryIndexes", [])}


def _index(name: str, key: tuple[str, str]) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _schema(key), "Projection": {"ProjectionType": "ALL"}}


def _schema(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def _attributes(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "N" if name in TIMES else "S"} for name in names]
