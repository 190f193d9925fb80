"""How the controller words numbers and times in its reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from shared.costs.prices import SECONDS_PER_DAY


def clock(at: float, now: float) -> str:
    """A time of day as people read it, in UTC; with its date when that is not today's."""
    return _clock(at // 60 * 60, at // SECONDS_PER_DAY == now // SECONDS_PER_DAY)


@lru_cache(maxsize=4096)
def _clock(minute: float, today: bool) -> str:
    return datetime.fromtimestamp(minute, UTC).strftime("%H:%M UTC" if today else "%b %d %H:%M UTC")


def dollars(amount: float) -> str:
    """An amount of money."""
    return f"${amount:,.2f}"
