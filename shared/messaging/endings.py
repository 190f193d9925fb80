"""How a handler may end otherwise than by returning; any other error is retried after a back-off."""

from __future__ import annotations


class Retry(Exception):
    """Raised by a handler: hand the message out again after `delay` seconds."""

    def __init__(self, reason: str, delay: float = 0.0) -> None:
        super().__init__(reason)
        self.delay = delay


class Reject(Exception):
    """Raised by a handler: this message can never succeed; put it among the dead letters now."""
