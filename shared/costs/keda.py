"""What KEDA's SQS scaler would have run for the same videos, pure: the comparison in `logostream costs`.

Every minute it wants ceil(frames waiting / target) units, as many as allowed at most, and none once nothing
has waited for the cool-down; the target is what a unit examines in ten minutes. It is granted what
Rekognition does not offer, units that come and go while the model runs; a start takes ten minutes, unbilled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

STEP = 60.0  # seconds
TARGET_SECONDS = 600.0  # of one unit's work
COOL_DOWN = 300.0  # KEDA's default
START = 600.0


def keda_unit_seconds(arrivals: Sequence[tuple[float, int]], unit_rate: float, most_units: int) -> float:
    """Unit-seconds run for videos that arrive at a time (seconds) with so many frames."""
    waiting, spent = 0.0, 0.0
    coming = sorted(arrivals, reverse=True)
    now = coming[-1][0] if coming else 0.0
    ready_at: float | None = None  # None: not running
    idle = 0.0
    while coming or waiting > 0 or ready_at is not None:
        if ready_at is None and not waiting:
            now = max(now, coming[-1][0])
        while coming and coming[-1][0] <= now:
            waiting += coming.pop()[1]
        if ready_at is None and waiting:
            ready_at = now + START
        now += STEP
        if ready_at is None or now <= ready_at:
            continue
        units = max(1, min(most_units, math.ceil(waiting / (TARGET_SECONDS * unit_rate))))
        spent += units * STEP
        idle = 0.0 if waiting else idle + STEP
        waiting = max(0.0, waiting - units * unit_rate * STEP)
        if idle >= COOL_DOWN:
            ready_at, idle = None, 0.0
    return spent
