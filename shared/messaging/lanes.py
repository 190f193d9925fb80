"""Lanes, pure: the few queues a detector's frames are spread over, so that those due first are served first.

A queue keeps no order, so frames wait in one of several, by the span of time in which their video is due. The
spans take turns with the lanes: whoever receives begins with the lane of the span that has passed, and so on.
What is due beyond the reach of the lanes waits in the last, and comes too early when that becomes the first.
"""

from __future__ import annotations

LANES = 5
SPAN = 2400.0  # seconds of deadlines that share a lane
AHEAD = LANES - 2  # spans that the lanes reach beyond the present: two hours; one lane is left to the past


def lane(due: float | None, now: float) -> int:
    """The lane of a frame that is sent now and due then, in seconds since the epoch; None is due now.

    What is due beyond the reach of the lanes goes with the last of them, after all that is due before it.
    """
    present = int(now // SPAN)
    wanted = present if due is None else int(due // SPAN)
    return min(max(wanted, present - 1), present + AHEAD) % LANES


def in_order(now: float) -> tuple[int, ...]:
    """The lanes in the order they are to be served now."""
    past = int(now // SPAN) - 1
    return tuple((past + n) % LANES for n in range(LANES))


def comes_early(number: int, due: float | None, now: float) -> bool:
    """Whether a frame that is due then lies in a lane that is served before its own."""
    if due is None:
        return False
    order = in_order(now)
    return order.index(number) < order.index(lane(due, now))
