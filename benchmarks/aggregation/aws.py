"""What stands for AWS: a table that counts write units, and a ledger and a bucket that keep nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.aggregation.material import picture, result
from shared.messaging.messages import FrameResult
from shared.storage.objects import Address
from tests.fakes import FakeLedger, FakeObjects

ROW_BYTES = 600  # of a chunk's row, or a video's, all of which an update costs
UNIT_BYTES = 1024  # of a DynamoDB write unit
IN_TRANSACTION = 2  # units that each action of a transaction costs for one outside


class Meter:
    """A DynamoDB client that counts the write units of transactions and keeps nothing."""

    def __init__(self) -> None:
        self.units = 0

    async def transact_write_items(self, TransactItems: list[Any]) -> None:
        for action in TransactItems:
            size = _size(action["Put"]["Item"]) if "Put" in action else ROW_BYTES
            self.units += IN_TRANSACTION * -(-size // UNIT_BYTES)


def _size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item whose attributes are strings: names and values in UTF-8."""
    return sum(
        len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items()
    )


class Streamed(FakeLedger):
    """A ledger whose results are made as they are read, so that only the aggregator's memory is measured."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    async def frames(
        self, video_id: str, span_ms: tuple[int, int] | None = None
    ) -> AsyncIterator[FrameResult]:
        for n in range(self.count):
            yield result(n)


class OnePicture(FakeObjects):
    """A bucket in which every frame is the same 1080p picture; of what is uploaded the size is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[str, int] = {}  # bytes, by name

    async def get(self, address: Address) -> bytes:
        return picture()

    async def upload(self, path: Path, address: Address, content_type: str | None = None) -> None:
        self.sizes[address.key.rpartition("/")[2]] = path.stat().st_size
