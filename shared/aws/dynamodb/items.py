"""DynamoDB's common ground: typed items, errors translated once, and transactions that wait out conflicts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.outages import means_away
from shared.videos.ledger import LedgerAway, LedgerError, NotInstalled

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

_CONFLICT_TRIES = 8
_FIRST_PAUSE = 0.02  # seconds
_CONTENDED = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}  # reasons to wait
_to_wire = TypeSerializer()
_from_wire = TypeDeserializer()


class ConditionFailed(Exception):
    """A condition on a write did not hold; `positions` are the failed actions of a transaction."""

    def __init__(self, positions: Sequence[int] = ()) -> None:
        super().__init__(f"condition failed at {list(positions)}")
        self.positions = tuple(positions)


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB's; floats become decimals, as DynamoDB knows no floats."""
    return {name: _to_wire.serialize(_exact(value)) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's values as plain ones; numbers come as `Decimal`."""
    return {name: _from_wire.deserialize(value) for name, value in item.items()}


async def transact(client: DynamoDBClient, actions: Sequence[Mapping[str, Any]]) -> None:
    """Write all or nothing; raises `ConditionFailed` or `LedgerError`."""
    await write(lambda: client.transact_write_items(TransactItems=list(actions)))  # type: ignore[arg-type]


async def write(call: Callable[[], Awaitable[Any]]) -> None:
    """Await what the call writes; raises `ConditionFailed` or `LedgerError`.

    A transaction makes other writes to its items fail while it lasts: that is contention, not failure, so it
    is waited out here with full jitter.
    """
    for attempt in range(_CONFLICT_TRIES):
        try:
            with translated():
                await call()
        except _Conflict:
            await asyncio.sleep(random.uniform(0, _FIRST_PAUSE * 2**attempt))
        else:
            return
    raise LedgerAway(f"the ledger is contended: {_CONFLICT_TRIES} writes met another one's transaction")


def unchanged(columns: Mapping[str, int]) -> tuple[list[str], dict[str, str], dict[str, int]]:
    """Conditions that a row's counters still are these, with their names and values; a missing one is 0."""
    conditions, names, values = [], {}, {}
    for n, (column, count) in enumerate(columns.items()):
        same = f"#same{n} = :same{n}"
        conditions.append(same if count else f"(attribute_not_exists(#same{n}) OR {same})")
        names[f"#same{n}"], values[f":same{n}"] = column, count
    return conditions, names, values


def query(client: DynamoDBClient, **request: Any) -> AsyncIterator[dict[str, Any]]:
    """All rows of a query, page by page."""
    return _pages(client.query, request)


def scan(client: DynamoDBClient, **request: Any) -> AsyncIterator[dict[str, Any]]:
    """All rows of a table or an index, page by page."""
    return _pages(client.scan, request)


async def _pages(
    read: Callable[..., Awaitable[Any]], request: Mapping[str, Any]
) -> AsyncIterator[dict[str, Any]]:
    start: Mapping[str, Any] | None = None
    while True:
        page = {**request, **({"ExclusiveStartKey": start} if start else {})}
        with translated():
            reply = await read(**page)
        for item in reply.get("Items", []):
            yield from_item(item)
        start = reply.get("LastEvaluatedKey")
        if not start:
            return


class _Conflict(LedgerError):
    """Another transaction held one of the items."""


@contextmanager
def translated() -> Iterator[None]:
    """Botocore's errors as ours."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed from error
        if code == "TransactionCanceledException":
            raise _cancellation(error) from error
        if code == "TransactionConflictException":
            raise _Conflict from error
        if code == "ResourceNotFoundException":
            raise NotInstalled("a table is missing: run `logostream provision` first") from error
        raise _failure(error) from error
    except BotoCoreError as error:
        raise _failure(error) from error


def _failure(error: BotoCoreError | ClientError) -> LedgerError:
    return (LedgerAway if means_away(error) else LedgerError)(f"DynamoDB: {error}")


def _cancellation(error: ClientError) -> Exception:
    response: Mapping[str, Any] = error.response
    codes = [reason.get("Code") for reason in response.get("CancellationReasons", [])]
    failed = [n for n, code in enumerate(codes) if code == "ConditionalCheckFailed"]
    if failed:
        return ConditionFailed(failed)
    if not _CONTENDED.isdisjoint(codes):
        return _Conflict()
    return LedgerError(f"DynamoDB: {error}")


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    return value
