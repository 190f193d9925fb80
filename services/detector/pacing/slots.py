"""Pacing, pure: whose turn it is, on a clock that all senders share.

Time is cut into slots of one call each; sender i of n takes those whose number leaves i when divided by n.
So the calls of all senders together are evenly spaced as well, as far as their clocks agree; where they do
not, only the spacing suffers, never the rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

CATCH_UP = 0.3  # seconds; slots that passed longer ago are given up: they would come as one burst


@dataclass(frozen=True, slots=True)
class Share:
    """What one sender may use of the limit: every `of`-th slot."""

    limit: float  # calls/s of all senders
    index: int
    of: int
    era: int  # of the limit

    @property
    def rate(self) -> float:
        """Calls/s of this sender."""
        return self.limit / self.of

    @property
    def period(self) -> float:
        """Seconds between two slots of this sender."""
        return self.of / self.limit


def next_slot(share: Share, last: float, asked: float, now: float) -> float:
    """When the call after the one in the slot `last` may start, for a frame that has waited since `asked`.

    Times are seconds since the epoch. It is in the past where the slot passed a little while ago, though a
    frame was waiting. After a change of the share it follows the last one by half a period to one and a half,
    by one in the mean: no time is lost or won.
    """
    earliest = max(last + share.period / 2, asked, now - CATCH_UP)
    # A clock that was set back must not stop the calls.
    earliest = min(earliest, now + share.period)
    number = math.ceil(earliest * share.limit)
    number += (share.index - number) % share.of
    return number / share.limit
