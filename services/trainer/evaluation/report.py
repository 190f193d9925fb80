"""An evaluation told to people and programs: tables, JSON, and a page of its own."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader
from rich.table import Column, Table

from services.trainer.ruled import numeric, ruled
from shared.datasets.evaluation import BACKGROUND, Evaluation, Mistakes

_TAKEN = 0.005  # share of a label from which a confusion is worth telling


@dataclass(frozen=True, slots=True)
class Report:
    """How good a version of a project is; its worst pictures, if the model was asked for them.

    `shown` are small JPEGs of these, by name.
    """

    project: str
    version: str
    evaluation: Evaluation
    worst: tuple[Mistakes, ...] = ()
    shown: Mapping[str, bytes] = field(default_factory=dict)


def tables(report: Report) -> list[Table]:
    """Labels, confusions and worst pictures, as far as there are any."""
    made = [_label_table(report), _confusion_table(report.evaluation), _worst_table(report.worst)]
    return [made[0], *(table for table in made[1:] if table.row_count)]


def _label_table(report: Report) -> Table:
    judged = report.evaluation
    means = f"F1 {judged.f1:.3f} · precision {judged.precision:.3f} · recall {judged.recall:.3f}"
    title = f"{report.project} {report.version} · {means}"
    columns = map(numeric, ("F1", "precision", "recall", "threshold", "pictures"))
    table = ruled("label", *columns, title=title)
    for one in judged.labels:
        figures = (f"{figure:.3f}" for figure in (one.f1, one.precision, one.recall, one.threshold))
        table.add_row(one.label, *figures, str(one.pictures))
    return table


def _confusion_table(judged: Evaluation) -> Table:
    table = ruled("label", "taken for", numeric("share"))
    for true, taken, share in confusions(judged):
        table.add_row(true, _name(taken), f"{share:.1%}")
    return table


def _worst_table(pictures: Sequence[Mistakes]) -> Table:
    table = ruled(Column("picture", overflow="fold"), "missed", "made up")
    for mistakes in pictures:
        table.add_row(mistakes.name, _missed(mistakes), _made_up(mistakes))
    return table


def _name(taken: str) -> str:
    return "nothing" if taken == BACKGROUND else taken


def confusions(judged: Evaluation) -> list[tuple[str, str, float]]:
    """What labels were taken for that they are not, the most frequent first."""
    wrong = [(true, taken, share) for (true, taken), share in judged.confusion.items() if true != taken]
    return sorted((one for one in wrong if one[2] >= _TAKEN), key=lambda one: (-one[2], one[0], one[1]))


def _missed(mistakes: Mistakes) -> str:
    return ", ".join(truth.label for truth in mistakes.missed)


def _made_up(mistakes: Mistakes) -> str:
    return ", ".join(f"{find.label} {find.confidence:.0f} %" for find in mistakes.wrong)


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs."""
    judged = report.evaluation
    return {
        "project": report.project,
        "version": report.version,
        "f1": judged.f1,
        "precision": judged.precision,
        "recall": judged.recall,
        "labels": [asdict(one) for one in judged.labels],
        "confusion": [
            {"label": true, "taken_for": taken, "share": share}
            for (true, taken), share in judged.confusion.items()
        ],
        "worst": [asdict(one) for one in report.worst],
    }


def as_html(report: Report) -> str:
    """The report as a page that needs nothing else."""
    pages = Environment(
        loader=PackageLoader("services.trainer.evaluation", "pages"), autoescape=True, trim_blocks=True
    )
    names = [one.label for one in report.evaluation.labels]
    return pages.get_template("evaluation.html").render(
        report=report,
        judged=report.evaluation,
        names=names,
        taken=[BACKGROUND, *names],
        name_of=_name,
        missed=_missed,
        made_up=_made_up,
        shown={name: base64.b64encode(picture).decode() for name, picture in report.shown.items()},
    )


def compared(one: str, other: str, first: Evaluation, second: Evaluation) -> Table:
    """Two versions label by label; the last row is over all."""
    table = ruled("label", *map(numeric, (f"F1 of {one}", f"F1 of {other}", "change", "threshold")))
    for label, before, after, threshold in _rows(first, second):
        change = "-" if before is None or after is None else f"{after - before:+.3f}"
        table.add_row(label, _figure(before), _figure(after), change, _figure(threshold))
    table.add_section()
    table.add_row("all", _figure(first.f1), _figure(second.f1), f"{second.f1 - first.f1:+.3f}", "")
    return table


def compared_as_json(one: str, other: str, first: Evaluation, second: Evaluation) -> dict[str, Any]:
    """The comparison for programs."""
    rows = [{"label": label, one: before, other: after} for label, before, after, _ in _rows(first, second)]
    return {"f1": {one: first.f1, other: second.f1}, "labels": rows}


def _rows(
    first: Evaluation, second: Evaluation
) -> list[tuple[str, float | None, float | None, float | None]]:
    before = {one.label: one for one in first.labels}
    after = {one.label: one for one in second.labels}
    return [
        (
            label,
            before[label].f1 if label in before else None,
            after[label].f1 if label in after else None,
            after[label].threshold if label in after else None,
        )
        for label in sorted(before | after)
    ]


def _figure(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"
