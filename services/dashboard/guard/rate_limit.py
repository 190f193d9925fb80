"""How often somebody may do something, pure: a bucket of tokens per user."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """`most` at once, and as many again per minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._buckets: dict[str, _Bucket] = {}

    def take(self, who: str, now: float) -> bool:
        """Use one; False when there is none left."""
        self._forget(now)
        bucket = self._buckets.get(who, _Bucket(self._most, now))
        tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._most / 60)
        allowed = tokens >= 1
        self._buckets[who] = _Bucket(tokens - allowed, now)
        return allowed

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full again."""
        self._buckets = {who: bucket for who, bucket in self._buckets.items() if now - bucket.at < 60}
