"""Read-ahead, pure: which blocks of a video to fetch when one of them is read.

Demuxers read in long runs (the packets) with a few leaps (to an index, to a keyframe). So the window grows
with every block that follows the last, never beyond what was read, and a leap closes it: an index at the end
costs a block or two, and a reader that only looks at the beginning makes us fetch but twice what it looks at.
Once the window is wide it moves on by strides, so that several blocks come with one request.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_AHEAD = 16  # blocks
STRIDES = {MOST_AHEAD: 8, 8: 4, 4: 2}  # blocks by which a window of that width, at least, moves on


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """Where reading stands; blocks are numbered from the start of the video."""

    last: int = -1
    window: int = 0

    def read(self, block: int) -> ReadAhead:
        """The state after a block is read."""
        if block == self.last:
            return self
        if block == self.last + 1:
            return ReadAhead(block, min(MOST_AHEAD, self.window + 1))
        return ReadAhead(block, 0)

    def wanted(self, blocks: int) -> range:
        """The blocks to have at hand now, of as many as there are."""
        stride = next((stride for width, stride in STRIDES.items() if self.window >= width), 1)
        stop = self.last + 1 + self.window
        return range(self.last, min(blocks, stop - stop % stride if self.window else stop))
