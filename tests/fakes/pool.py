"""The fake pools: the shared rates in memory."""

from __future__ import annotations

from shared.models.pool import Pool
from shared.videos.ledger import LedgerError
from tests.fakes.faults import Faults


class FakePools:
    """`Pools` with conditional writes. Knob: `faults`; the rows are in `rows`, and all ever in `history`."""

    def __init__(self) -> None:
        self.rows: dict[str, Pool] = {}
        self.history: list[Pool] = []
        self.faults = Faults(LedgerError)

    async def read(self, model: str) -> Pool | None:
        async with self.faults.around("read"):
            return self.rows.get(model)

    async def write(self, pool: Pool) -> bool:
        async with self.faults.around("write"):
            present = self.rows.get(pool.model)
            if present and present.version != pool.version - 1:
                return False
            self.rows[pool.model] = pool
            self.history.append(pool)
            return True
