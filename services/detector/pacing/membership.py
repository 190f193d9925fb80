"""Who sends, pure: joining the senders, renewing, taking over from the silent, and leaving.

No clocks are compared. A sender shows that it lives by a beat that rises in the row; another takes its
place when it has itself watched the beat stand still for a lease. The sender counts the lease from when its
last confirmed write *began*, which is before anyone could see the beat, and stops by itself when it is
over. So never do two hold one place, however the clocks are set and whoever stalls.

Shares grow only into what others have let go of, so that all together never exceed the limit: a newcomer
begins when those before it have come down.

While nobody reaches the table, nobody can take over either, and a sender goes on with the share it had. It
must be sure that the table is gone for all: it has failed for longer than a watcher may pause between two
readings without beginning its watch anew, and so the watch of everyone begins anew when the table is back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from shared.models.pool import Pool, Sender

HEARTBEAT = 1.0  # seconds between renewals
LEASE = 3.0  # seconds; two renewals may fail before a place is lost
ATTEMPT = 1.5  # seconds an attempt to read and write may take
LONGEST_PAUSE = 1.6  # seconds between two readings of one watch
NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Still:
    """A beat, and since when it has been seen unchanged."""

    beat: int
    since: float


@dataclass(frozen=True, slots=True)
class View:
    """What a replica knows of the pool; times are seconds on its own steady clock."""

    pool: Pool | None = None
    still: Mapping[str, Still] = field(default_factory=dict)  # by owner
    share: float = 0.0  # of the limit, ours as long as the lease holds
    renewed_at: float = NEVER  # when our last confirmed write began
    read_at: float = NEVER  # when our last successful attempt to read began
    failing_since: float = NEVER  # when the first of the attempts ended that have failed in a row
    failed_at: float = NEVER  # when the last of them began


def observed(view: View, me: str, pool: Pool | None, began: float, now: float) -> View:
    """The view after reading the row, which began then."""
    senders = pool.senders if pool else ()
    watched = view.still if now - view.read_at <= LONGEST_PAUSE else {}
    still = {one.owner: _still(watched.get(one.owner), one, now) for one in senders}
    mine = _of(senders, me)
    # Not more than the row says, and what it grants beyond ours may stem from a write of unknown outcome.
    share = min(view.share, mine.share) if mine else 0.0
    return replace(
        view, pool=pool, still=still, share=share, read_at=began, failing_since=NEVER, failed_at=NEVER
    )


def unreachable(view: View, began: float, now: float) -> View:
    """The view after an attempt to read or write that failed; it may have had its effect all the same."""
    in_a_row = began < view.failed_at + LEASE  # else someone may have watched, and taken over, in between
    return replace(view, failing_since=view.failing_since if in_a_row else now, failed_at=began)


def attempting(view: View, me: str, proposed: Pool) -> View:
    """The view while a write is under way: a share that shrinks by it shrinks at once."""
    mine = _of(proposed.senders, me)
    return replace(view, share=min(view.share, mine.share if mine else 0.0))


def confirmed(view: View, me: str, written: Pool, began: float) -> View:
    """The view after a write that was confirmed and began then."""
    mine = _of(written.senders, me)
    return replace(view, pool=written, share=mine.share if mine else 0.0, renewed_at=began)


def usable_until(view: View) -> float:
    """Until when the share may be used: while the lease holds, or the table is surely gone for all."""
    lease = view.renewed_at + LEASE
    began_in_time = view.failing_since <= lease  # before anyone could take over
    gone = view.failed_at >= view.failing_since + LONGEST_PAUSE
    return max(lease, view.failed_at + LEASE) if began_in_time and gone else lease


def proposal(view: View, me: str, stay: bool, most: int, now: float) -> tuple[Sender, ...] | None:
    """The senders as they should be now, with `me` renewed, joined or gone; None where nothing is to be done.

    `stay` says whether we want to send; at most `most` replicas do, but who does is not sent away.
    """
    senders, version = (view.pool.senders, view.pool.version) if view.pool else ((), 0)
    mine = _of(senders, me)
    if mine is None and (not stay or len(_alive(view, senders, me, now)) >= most):
        return None
    if not stay:
        return tuple(one for one in senders if one.owner != me)
    kept = [one for one in senders if one.owner == me or not _silent(view, one, now)]
    if mine is None:
        kept = _joined(senders, kept, me)
    return tuple(_renewed(one, kept, version + 1) if one.owner == me else one for one in kept)


def place(view: View, me: str) -> int | None:
    """Our place among the senders, from 0; None where we have none."""
    owners = [one.owner for one in view.pool.senders] if view.pool else []
    return owners.index(me) if me in owners else None


def slots_of(share: float) -> int:
    """A share as `every so many-th slot`, never more than it."""
    return math.ceil(1 / share - 1e-9)


def _joined(senders: tuple[Sender, ...], kept: list[Sender], me: str) -> list[Sender]:
    """With us in the first place that has become free, so that the others keep theirs."""
    place = next((n for n, one in enumerate(senders) if one not in kept), len(kept))
    return [*kept[:place], Sender(me, 0, 0.0), *kept[place:]]


def _renewed(mine: Sender, senders: list[Sender], beat: int) -> Sender:
    taken = sum(one.share for one in senders if one.owner != mine.owner)
    share = max(0.0, min(1 / len(senders), 1.0 - taken))
    return Sender(mine.owner, beat, share)


def _alive(view: View, senders: Iterable[Sender], me: str, now: float) -> list[Sender]:
    return [one for one in senders if one.owner != me and not _silent(view, one, now)]


def _silent(view: View, one: Sender, now: float) -> bool:
    still = view.still.get(one.owner)
    return still is not None and now >= still.since + LEASE


def _still(before: Still | None, one: Sender, now: float) -> Still:
    return before if before and before.beat == one.beat else Still(one.beat, now)


def _of(senders: Iterable[Sender], owner: str) -> Sender | None:
    return next((one for one in senders if one.owner == owner), None)
