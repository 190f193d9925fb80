"""Lanes, pure: the few queues a detector's frames are spread over, so that those due first are served first.

A queue keeps no order, so frames wait in one of several, by the span of time in which their video is due. The
spans take turns with the lanes: whoever receives begins with the lane of the span that has passed, and so on.
"""

from __future__ import annotations

LANES = 5
SPAN = 2400.0  # seconds of deadlines that share a lane
_AHEAD = LANES - 2  # spans the lanes reach beyond the present one: two hours; one lane is left to the past


def lane(due: float | None, now: float) -> int:
    """The lane of a frame that is sent now and due then, in seconds since the epoch; None is due now.

    What is due beyond the reach of the lanes goes with the last of them, after all that is due before it.
    """
    span = _span(now)
    wanted = span if due is None else _span(due)
    return min(max(wanted, span - 1), span + _AHEAD) % LANES


def in_order(now: float) -> tuple[int, ...]:
    """The lanes in the order they are to be served now."""
    first = _span(now) - 1
    return tuple((first + n) % LANES for n in range(LANES))


def _span(at: float) -> int:
    return int(at // SPAN)
