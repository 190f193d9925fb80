"""docs/metrics.md, made from the code: `python -m tests.metrics_table` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from shared.telemetry import metrics

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/metrics.md"
START, END = "<!-- metrics -->", "<!-- end of metrics -->"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as Prometheus sees it."""

    attribute: str  # its name in shared/telemetry/metrics.py
    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def every() -> list[Metric]:
    """All metrics of shared/telemetry/metrics.py, in the order they are written there."""
    return [
        _described(attribute, value)
        for attribute, value in vars(metrics).items()
        if isinstance(value, MetricWrapperBase)
    ]


def exporters(metric: Metric) -> list[str]:
    """The parts of the code that set it: services, or files of shared."""
    used = re.compile(rf"\bmetrics\.{metric.attribute}\b")
    return sorted({_part(path) for path in _sources() if used.search(path.read_text())})


def table() -> str:
    """One Markdown row per metric."""
    rows = ["| metric | type | labels | set by | |", "|---|---|---|---|---|"]
    for metric in every():
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        who = ", ".join(exporters(metric))
        rows.append(f"| `{metric.name}` | {metric.kind} | {labels} | {who} | {metric.meaning} |")
    return "\n".join(rows)


def in_document() -> str:
    """The table as docs/metrics.md has it now."""
    return DOCUMENT.read_text().split(START)[1].split(END)[0].strip()


def _described(attribute: str, value: MetricWrapperBase) -> Metric:
    [family] = value.describe()
    ending = "_total" if family.type == "counter" else ""
    labels = tuple(value._labelnames)
    return Metric(attribute, family.name + ending, family.type, labels, family.documentation)


def _sources() -> Iterator[Path]:
    for folder in ("shared", "services"):
        yield from (ROOT / folder).rglob("*.py")


def _part(path: Path) -> str:
    folder, part, *_ = path.relative_to(ROOT).with_suffix("").parts
    return part if folder == "services" else {"runtime": "every service"}.get(part, "every consumer")


def main() -> None:
    before, rest = DOCUMENT.read_text().split(START)
    after = rest.split(END)[1]
    DOCUMENT.write_text(f"{before}{START}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    main()
