"""The brake, pure: how a sender slows itself down until a new limit is learnt; it only ever gets slower.

Hard where the model has become much slower, before all senders could have their say; gently where it goes on
at one limit for long, which it does only while nobody reaches the table and nothing can be learnt.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.detector.pacing.rate import SOUGHT

HARD_CALLS, HARD_SHARE, HARD = (
    10,
    0.3,
    0.6,
)  # so many calls, more of which than that were throttled: this factor
GENTLE_CALLS, GENTLE_SHARE = 100, 0.02  # … by what was throttled


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls, and how many of them were throttled."""

    calls: int = 0
    throttled: int = 0

    def after(self, throttled: bool) -> Tally:
        """With one more call."""
        return Tally(self.calls + 1, self.throttled + throttled)

    @property
    def share(self) -> float:
        """Of the calls, those that were throttled."""
        return self.throttled / self.calls


@dataclass(frozen=True, slots=True)
class Brake:
    """The factor that a sender's rate is multiplied by, and the calls that the next one depends on."""

    factor: float = 1.0
    last: Tally = Tally()
    longer: Tally = Tally()

    def after(self, throttled: bool) -> Brake:
        """The brake after one more call."""
        last, longer = self.last.after(throttled), self.longer.after(throttled)
        if last.calls == HARD_CALLS and last.share > HARD_SHARE:
            return Brake(self.factor * HARD)
        if longer.calls == GENTLE_CALLS and longer.share > GENTLE_SHARE:
            return Brake(self.factor * (1 - longer.share + SOUGHT))
        return Brake(
            self.factor,
            last if last.calls < HARD_CALLS else Tally(),
            longer if longer.calls < GENTLE_CALLS else Tally(),
        )
