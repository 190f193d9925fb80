"""The rate of calls, pure: the limit that all senders share, learnt from how many calls are throttled.

The model's throughput is unknown, changes with its inference units, and is shared. Until the first throttle
the limit doubles (as in TCP's slow start, Jacobson 1988); from then on it seeks the throttled share of one
percent: below it rises, above it falls, yet never below what was let through. Decision 7 has the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from shared.models.pool import Pool, Units, Window

WINDOW_CALLS = 20  # fewer calls say too little about a share of one percent
WINDOW_SECONDS = 1.5  # … and a limit that moves sooner is out of date before all senders know of it
FEW, MANY_THROTTLED = 0.6, 3  # such a share of the calls suffices if so many of them were throttled
SEARCH_CALLS = 4  # … and suffice to see that there was no throttle at all
SOUGHT = 0.01  # throttled share at which the limit stays
FIRST_STEP = 0.01  # the first rise after a throttle, as a share of the limit; doubles with each clean window
LARGEST_STEP = 0.04
RECOVERY_STEP = 0.10  # after many clean windows, up to where it fell from: what it bears again is soon found
MANY_CLEAN = 4
LOWEST = 0.2  # calls/s; below this nothing would be learnt any more
SEEN_LATE = 15.0  # seconds; so long after a change of units the controller may tell of it
REMEMBERED = 300.0  # seconds that a limit may be expected to come back to where it fell from
FALLING = 8.0  # seconds; what a model has saved up makes one fall come in several
SWING = 0.8  # of itself the limit keeps while it is learnt
FREEZE = 1.5  # seconds after a change of senders or units, whose calls tell nothing
CALLS_PER_SENDER = 10.0  # calls/s; splitting less among several loses throughput
JOIN, STAY = SWING, 1 / SWING  # hysteresis


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known before anything is learnt: calls/s per inference unit, and calls/s never to exceed."""

    per_unit: float
    highest: float

    def within(self, limit: float) -> float:
        return min(self.highest, max(LOWEST, limit))


def begin(model: str, units: Units, bounds: Bounds, now: float) -> Pool:
    """The pool of a model that nobody has asked yet."""
    return Pool(
        model=model,
        limit=bounds.within(units.count * bounds.per_unit),
        units=units.count,
        units_at=units.at,
        learnt=False,
        clean=0,
        era=1,
        settled_at=now,
    )


def follow(pool: Pool, units: Units, bounds: Bounds, now: float) -> Pool:
    """The pool when the controller reports these units: what is learnt holds for each of them.

    But what fell just before the report did so because the units had changed already.
    """
    if units.at <= pool.units_at or units.count == pool.units:
        return pool
    per_unit = pool.fell_from if _fell_far(pool, units.at - SEEN_LATE) else pool.per_unit
    limit = bounds.within(units.count * per_unit)
    changed = replace(pool, limit=limit, units=units.count, units_at=units.at, era=pool.era + 1)
    return frozen(changed, now)


def frozen(pool: Pool, now: float) -> Pool:
    """The pool after a change: what is counted before it has settled is thrown away."""
    return replace(pool, settled_at=now + FREEZE, window=Window())


def count(pool: Pool, era: int, seen: Window, now: float) -> Pool:
    """Enter what one sender saw of the calls that it started at the limit of `era`."""
    unsettled = 0 < pool.settled_at - now <= FREEZE  # more: a clock was set, and waiting would be for ever
    if era != pool.era or unsettled:
        return pool
    window = Window(
        calls=pool.window.calls + seen.calls,
        throttled=pool.window.throttled + seen.throttled,
        waited=pool.window.waited + seen.waited,
    )
    return replace(pool, window=window)


def learn(pool: Pool, bounds: Bounds, now: float) -> Pool:
    """The pool with the limit that its window speaks for, once there are calls enough in it."""
    window = pool.window
    searched = not pool.learnt and window.calls >= max(SEARCH_CALLS, pool.limit)
    if not searched and not tells(window, window_calls(pool.limit)):
        return pool
    throttled = window.throttled / window.calls
    if throttled > SOUGHT:
        fall = max(1 - throttled, 1 + step(pool) * (1 - throttled / SOUGHT))
        fallen = _moved(pool, bounds.within(pool.limit * fall), clean=0, learnt=True)
        if not pool.learnt or _falls_on(pool, now):
            return fallen
        return replace(fallen, fell_at=now, fell_from=pool.per_unit)
    if window.waited < window.calls / 2:  # the limit was not reached, so nothing is known of a higher one
        return replace(pool, window=Window())
    if not pool.learnt and not window.throttled:
        return _moved(pool, bounds.within(2 * pool.limit), clean=0, learnt=False)
    rise = 1 + step(pool) * (1 - throttled / SOUGHT)
    return _moved(pool, bounds.within(pool.limit * rise), clean=pool.clean + 1, learnt=True)


def window_calls(limit: float) -> float:
    """How many calls of all senders tell something about their limit."""
    return max(WINDOW_CALLS, WINDOW_SECONDS * limit)


def tells(window: Window, calls: float = WINDOW_CALLS) -> bool:
    """Whether there are so many calls in it, or fewer with many throttled."""
    many_throttled = window.calls >= FEW * calls and window.throttled >= MANY_THROTTLED
    return window.calls >= calls or many_throttled


def step(pool: Pool) -> float:
    """By which share of itself the limit rises: quickly only up to where it fell from.

    Beyond it, calls that a model has saved up since its start hide for seconds that the limit is too high.
    """
    recovers = pool.clean >= MANY_CLEAN and pool.per_unit * (1 + RECOVERY_STEP) <= pool.fell_from
    largest = RECOVERY_STEP if recovers else LARGEST_STEP
    return min(largest, FIRST_STEP * 2.0 ** min(pool.clean, 10))


def senders(pool: Pool, slack: float = 1.0) -> int:
    """How many replicas share the limit, if there are as many; `slack` counts it so many times as large.

    While the limit is sought one suffices, as it may well turn out to be small.
    """
    return max(1, math.floor(pool.limit * slack / CALLS_PER_SENDER)) if pool.learnt else 1


def _falls_on(pool: Pool, now: float) -> bool:
    """Whether what falls now had fallen before: a moment ago, or far and has not risen again since."""
    return pool.fell_at > now - FALLING or _fell_far(pool, now - REMEMBERED)


def _fell_far(pool: Pool, since: float) -> bool:
    """Whether the limit has fallen by more than it swings while it is learnt, and not risen again."""
    return pool.fell_at > since and pool.per_unit < SWING * pool.fell_from


def _moved(pool: Pool, limit: float, clean: int, learnt: bool) -> Pool:
    return replace(pool, limit=limit, clean=clean, learnt=learnt, era=pool.era + 1, window=Window())
