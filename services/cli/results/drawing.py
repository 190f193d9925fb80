"""How the results of one video are drawn: a table of its brands, and what became of its frames."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def exposures(summary: dict[str, Any]) -> RenderableType:
    """The exposure of each brand in one video, from its summary.json."""
    video = summary["video"]
    table = Table(
        box=box.SIMPLE_HEAD,
        title=Text(f"{video['source'].rsplit('/', 1)[1]} · {video['duration_s']:.1f} s · {summary['state']}"),
        title_justify="left",
        title_style="bold",
    )
    several = len(summary["frames"]["detectors"]) > 1
    for heading in ("detector", "brand") if several else ("brand",):
        table.add_column(heading)
    for heading in ("screen time", "exposures", "share of voice", "mean size"):
        table.add_column(heading, justify="right")
    for brand in summary["brands"]:
        table.add_row(
            *([brand["detector"]] if several else []),
            Text(brand["brand"]),  # a name in brackets is no markup
            f"{brand['screen_time_s']:.1f} s",
            str(brand["exposures"]),
            f"{brand['share_of_voice_percent']:.1f} %",
            f"{brand['mean_area_percent']:.2f} % of frame",
        )
    if not summary["brands"]:
        table.add_row(Text("no brand was seen", "dim"))
    error = [Text(summary["error"], "red")] if summary["error"] else []
    return Group(table, _accounts(summary["frames"]), *error)


def _accounts(frames: dict[str, Any]) -> Text:
    skipped = sum(frames["skipped"].values())
    several = len(frames["detectors"]) > 1
    lines = [f"{frames['sampled']} sampled = {frames['published']} published + {skipped} skipped"]
    lines += [
        f"{frames['published']} published = {made['detected']} detected + {made['failed']} failed"
        + (f" by {name}" if several else "")
        for name, made in frames["detectors"].items()
    ]
    return Text("\n".join(lines), "dim")
