"""Reads what people say about a planned workload, pure: `40 h of 1080p`, `tomorrow 08:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d)\b.*")
_TIME = re.compile(r"(?:(today|tomorrow|\d{4}-\d{2}-\d{2})[ T]+)?(\d{1,2}):(\d{2})")


class NotUnderstood(Exception):
    """A word that cannot be read; the text is one sentence naming it and the cure."""


def length(text: str) -> float:
    """Seconds of video; what follows the number and its unit is for people, as every size costs the same.

    >>> length("40 h of 1080p")
    144000.0
    """
    found = _LENGTH.fullmatch(text)
    if not found or not float(found[1]):
        raise NotUnderstood(f"{text!r} is no length of video: write 40h, 90min or 3d")
    return float(found[1]) * _SECONDS[found[2]]


def due(text: str, now: float) -> float:
    """A moment in UTC as seconds since the epoch: `HH:MM`, `tomorrow HH:MM`, `YYYY-MM-DD HH:MM`."""
    found = _TIME.fullmatch(text.strip())
    try:
        moment = _moment(found, datetime.fromtimestamp(now, UTC)) if found else None
    except ValueError:  # 2026-02-30, or 25:00
        moment = None
    if moment is None:
        raise NotUnderstood(f"{text!r} is no time: write 18:30, 'tomorrow 08:00' or '2026-11-26 08:00' (UTC)")
    if moment.timestamp() <= now:
        raise NotUnderstood(f"{text!r} is past: it is {datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC")
    return moment.timestamp()


def _moment(found: re.Match[str], now: datetime) -> datetime:
    at = now.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    day = found[1]
    if day == "tomorrow":
        return at + timedelta(days=1)
    if day and day != "today":
        date = datetime.fromisoformat(day)
        return at.replace(year=date.year, month=date.month, day=date.day)
    return at + timedelta(days=1) if day is None and at <= now else at
