"""How videos on their way are drawn: their progress, the queues, the detectors and their models."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from shared.costs.prices import running_cost
from shared.messaging.queue import Depth
from shared.models.control import ModelReport
from shared.models.pool import Pool
from shared.videos.ledger import BrandSamples, State
from shared.videos.snapshot import Detecting, Progress, Snapshot, seconds
from shared.wording import count

BAR_WIDTH = 12
BRANDS = 5  # named of a video that is still running
_COLOURS = {
    State.COMPLETED: "green",
    State.COMPLETED_WITH_ERRORS: "yellow",
    State.FAILED: "red",
    State.CANCELLED: "dim",
}


def pipeline(snapshot: Snapshot) -> RenderableType:
    """Bars per video, the brands seen so far, and what each detector does, with its model and its rate."""
    errors = [
        Text(f"{progress.name}: {progress.video.error}", "red")
        for progress in snapshot.videos
        if progress.video.error
    ]
    several = len(snapshot.detectors) > 1
    detectors = [
        Text(f"{each.detector}: " if several else "") + line
        for each in snapshot.detectors
        for line in _detecting(each)
    ]
    return Group(_videos(snapshot), *_so_far(snapshot), *errors, Text(), *detectors)


def queues(depths: dict[str, Depth]) -> RenderableType:
    """How many messages wait, are in work, or were given up."""
    table = Table(box=box.SIMPLE_HEAD, title="Queues", title_justify="left")
    for heading in ("queue", "waiting", "in work", "dead letters"):
        table.add_column(heading, justify="left" if heading == "queue" else "right")
    for name in [name for name in depths if not name.endswith("-dead")]:
        dead = depths[f"{name}-dead"].total
        waiting = depths[name].visible + depths[name].delayed
        style = "red" if dead else ""
        table.add_row(name, str(waiting), str(depths[name].in_flight), Text(str(dead), style))
    return table


def _videos(snapshot: Snapshot) -> RenderableType:
    table = Table(box=None, padding=(0, 1), show_edge=False)
    table.add_column("video", overflow="fold", header_style="dim")
    table.add_column("state", overflow="fold", header_style="dim")
    for heading in ("extracted", "detected"):
        table.add_column(heading, no_wrap=True, header_style="dim")
        table.add_column(no_wrap=True, justify="right")
    for progress in snapshot.videos:
        video = progress.video
        state = Text(video.state.value.replace("_", " "), _COLOURS.get(video.state, "cyan"))
        table.add_row(video.video_id, state, *_bars(progress))
    if not snapshot.videos:
        table.add_row(Text("no videos", "dim"))
    return table


def _so_far(snapshot: Snapshot) -> list[Text]:
    """The brands seen so far in each video that is still running."""
    return [
        Text(
            f"{progress.name} so far: " + ", ".join(_brand(progress, seen) for seen in progress.seen[:BRANDS])
        )
        for progress in snapshot.videos
        if progress.seen and not progress.ended
    ]


def _brand(progress: Progress, seen: BrandSamples) -> str:
    return f"{seen.brand} {seconds(progress, seen):.1f} s"


def _bars(progress: Progress) -> tuple[RenderableType, ...]:
    return (
        ProgressBar(total=max(1, progress.expected), completed=progress.sampled, width=BAR_WIDTH),
        f"{progress.published}/{progress.expected}",
        ProgressBar(total=max(1, progress.published), completed=progress.examined, width=BAR_WIDTH),
        f"{progress.examined}/{progress.published}",
    )


def _detecting(each: Detecting) -> list[Text]:
    if each.fault:
        return [Text(f"detection stopped: {each.fault.sentence}", "red")]
    if each.needs_model and each.model is None:
        return [Text("model: no controller has reported yet", "dim")]
    return [
        *([_model(each.model)] if each.model else []),
        *([_rate(each.pool)] if each.pool else []),
    ]


def _model(model: ModelReport) -> Text:
    units = f", {model.units} unit{'s' if model.units != 1 else ''}" if model.units else ""
    return Text.assemble(
        "model ",
        (f"{model.state.replace('_', ' ')}{units}", "bold"),
        f" · {model.why} · ",
        (f"${running_cost(model.unit_seconds):.3f}", "bold"),
        " so far at AWS's list price",
    )


def _rate(pool: Pool) -> Text:
    known = "learnt" if pool.learnt else "still sought"
    sends = "sends" if len(pool.senders) == 1 else "send"
    window = pool.window
    lately = f", {window.throttled} of {window.calls} throttled" if window.calls else ""
    return Text.assemble(
        "rate ",
        (f"{pool.limit:.1f} calls/s", "bold"),
        f", {pool.per_unit:.1f} a unit, {known}{lately} · {count(len(pool.senders), 'detector')} {sends}",
    )
