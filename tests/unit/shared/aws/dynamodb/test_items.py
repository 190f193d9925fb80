"""Writes to DynamoDB: contention is waited out, failed conditions are told, and the rest are errors."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from shared.aws.dynamodb.items import ConditionFailed, transact, write
from shared.videos.ledger import LedgerError


def refusal(code: str, *reasons: str) -> ClientError:
    reply = {"Error": {"Code": code, "Message": "no"}, "CancellationReasons": [{"Code": r} for r in reasons]}
    return ClientError(cast("Any", reply), "TransactWriteItems")


class Contended:
    """A table whose writes end as the test says, then succeed."""

    def __init__(self, *endings: ClientError) -> None:
        self.endings = list(endings)
        self.writes = 0

    async def transact_write_items(self, **_: Any) -> None:
        self.writes += 1
        if self.endings:
            raise self.endings.pop(0)


CONFLICTS = [
    refusal("TransactionCanceledException", "None", "TransactionConflict"),
    refusal("TransactionCanceledException", "ThrottlingError"),
    refusal("TransactionCanceledException", "None", "ProvisionedThroughputExceeded"),
    refusal("TransactionConflictException"),
]


async def test_contention_is_waited_out() -> None:
    table = Contended(*CONFLICTS)
    await transact(cast("Any", table), [])
    assert table.writes == 1 + len(CONFLICTS)
    assert asyncio.get_running_loop().time() < 1


async def test_contention_without_end_is_an_error() -> None:
    table = Contended(*CONFLICTS * 5)
    with pytest.raises(LedgerError, match="contended"):
        await write(table.transact_write_items)
    assert table.writes == 8


async def test_a_table_that_is_missing_is_told_with_the_cure() -> None:
    table = Contended(refusal("ResourceNotFoundException"))
    with pytest.raises(LedgerError, match="a table is missing: run `logostream provision` first"):
        await transact(cast("Any", table), [])


async def test_a_failed_condition_tells_which() -> None:
    table = Contended(refusal("TransactionCanceledException", "None", "ConditionalCheckFailed"))
    with pytest.raises(ConditionFailed) as raised:
        await transact(cast("Any", table), [])
    assert raised.value.positions == (1,)


async def test_a_transaction_cancelled_for_another_reason_is_an_error() -> None:
    with pytest.raises(LedgerError, match="TransactionCanceledException"):
        await transact(cast("Any", Contended(refusal("TransactionCanceledException", "ValidationError"))), [])
