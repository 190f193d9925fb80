"""How the controller words numbers and times in its reasons."""

from __future__ import annotations

from datetime import UTC, datetime


def clock(at: float, now: float) -> str:
    """A time of day as people read it, in UTC; with its date when that is not today's."""
    then, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC).date()
    return f"{then:%H:%M} UTC" if then.date() == today else f"{then:%b %d %H:%M} UTC"


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 unit, 1,240 frames."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def dollars(amount: float) -> str:
    """An amount of money."""
    return f"${amount:,.2f}"
