"""How fast the services work, pure: from what their replicas counted at two moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.dashboard.live.replicas import Replica

CALLS = "detect_calls_total"
# What one unit of a service's work is, and which counter and label tell of it.
WORK = {
    "extractor": ("frames_published_total", None),
    "detector": (CALLS, "answered"),
    "aggregator": ("results_counted_total", None),
}


@dataclass(frozen=True, slots=True)
class ServiceRate:
    """What one service does per second, over all its replicas."""

    frames: float
    calls: float = 0.0  # to Rekognition
    throttled: float = 0.0  # of these

    @property
    def throttled_share(self) -> float:
        """0 to 1; 0 when nothing is asked."""
        return self.throttled / self.calls if self.calls else 0.0


def service_rate(service: str, before: Iterable[Replica], after: Sequence[Replica]) -> ServiceRate:
    """The rate between two looks; a replica that was restarted meanwhile counts from zero."""
    earlier = {replica.address: replica for replica in before if replica.service == service}
    pairs = [
        (earlier[replica.address], replica)
        for replica in after
        if replica.service == service and replica.address in earlier and not replica.silent
    ]
    counter, label = WORK.get(service, ("", None))
    return ServiceRate(
        frames=sum(_rate(a, b, counter, label) for a, b in pairs),
        calls=sum(_rate(a, b, CALLS, None) for a, b in pairs),
        throttled=sum(_rate(a, b, CALLS, "Throttled") for a, b in pairs),
    )


def _rate(before: Replica, after: Replica, counter: str, label: str | None) -> float:
    seconds = after.at - before.at
    keys = [key for key in after.counters if key[0] == counter and label in (None, key[1])]
    return sum(_growth(before, after, key) for key in keys) / seconds if seconds > 0 else 0.0


def _growth(before: Replica, after: Replica, key: tuple[str, str]) -> float:
    now, then = after.counters[key], before.counters.get(key, 0.0)
    return now - then if now >= then else now
