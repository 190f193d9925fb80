"""Who may lead, pure: a lease that needs no common clock.

A leader changes the row at every beat. A standby takes over when it has seen the same row for as long as the
lease lasts on its own steady clock, however wrong anybody's time of day is. The leader counts from before it
wrote, and stops acting well before anyone may have waited that long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.models.control import Lease

BEATS = 5  # of a leader, in the time a lease lasts
ACTING = 0.6  # of the lease, from before the beat: how long a leader may begin to act
ACT = 0.35  # of the lease: how long one act may take


@dataclass(frozen=True, slots=True)
class LeaseWatch:
    """A row as it was seen, and since when it has been the same (seconds on a steady clock)."""

    lease: Lease
    since: float


def watched(watch: LeaseWatch | None, lease: Lease, now: float) -> LeaseWatch:
    """The watch after another look."""
    return watch if watch and watch.lease == lease else LeaseWatch(lease, now)


def claim(watch: LeaseWatch, owner: str, seconds: float, now: float) -> Lease | None:
    """The row to put in the place of the one seen: a beat of ours, or a new term; None to stand by.

    Each term has a higher fence, so that what an old leader writes late can be told and refused.
    """
    lease = watch.lease
    if lease.owner == owner:
        return replace(lease, beat=lease.beat + 1)
    if not lease.owner or now - watch.since >= seconds:
        return Lease(owner, lease.fence + 1, lease.beat + 1)
    return None
