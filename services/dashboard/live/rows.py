"""Videos as rows of a list, pure: state, progress, deadline, and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from services.dashboard.live.words import ago, length
from shared.videos.ledger import ACTIVE, State
from shared.videos.snapshot import Progress

_TONES = {
    State.COMPLETED: "good",
    State.COMPLETED_WITH_ERRORS: "busy",
    State.FAILED: "bad",
    State.CANCELLED: "idle",
}
_WORDS = {
    State.PLANNED: "waiting",
    State.EXTRACTING: "extracting",
    State.DETECTING: "detecting",
    State.COMPLETED: "done",
    State.COMPLETED_WITH_ERRORS: "done, with gaps",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One video. Frames are counts; `due` is in words."""

    id: str
    name: str
    source: str
    state: str
    tone: str
    length: str
    created: str  # ISO 8601, UTC
    due: str
    late: bool
    expected: int
    sampled: int
    published: int
    examined: int
    failed: int
    error: str
    active: bool
    dollars: float | None  # None while it is not known

    @property
    def percent(self) -> int:
        """How many of its frames are examined, or left out."""
        if not self.active:
            return 100
        done = self.examined + self.sampled - self.published
        return min(100, 100 * done // self.expected) if self.expected else 0


def row(progress: Progress, now: float, dollars: float | None = None) -> Row:
    """The row of one video."""
    video = progress.video
    active = video.state in ACTIVE
    return Row(
        id=video.video_id,
        name=progress.name,
        source=video.source.address,
        state=_WORDS[video.state],
        tone=_TONES.get(video.state, "busy"),
        length=length(video.duration_ms / 1000),
        created=datetime.fromtimestamp(video.created_at, UTC).isoformat(timespec="minutes"),
        due=_due(video.deadline_at - now) if active else "",
        late=active and video.deadline_at < now,
        expected=progress.expected,
        sampled=progress.sampled,
        published=progress.published,
        examined=progress.examined,
        failed=sum(made.failed for made in video.counts.examined.values()),
        error=video.error,
        active=active,
        dollars=dollars,
    )


def _due(seconds: float) -> str:
    return f"due in {ago(seconds)}" if seconds >= 0 else f"{ago(-seconds)} late"
