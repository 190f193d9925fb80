"""`logostream model dataset check`, `show` and `import`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.trainer.commands.common import AsJson, ProjectName, fail, work
from services.trainer.datasets import checking, fetching, sheet
from services.trainer.datasets.checking import Verdict
from services.trainer.datasets.fetching import Missing, missing
from services.trainer.datasets.importing import Imported, bring_in
from services.trainer.formats import Format, UnknownFormat, read
from services.trainer.formats.ground_truth import manifests_in
from services.trainer.formats.pictures import Reading, Violation
from services.trainer.workshop import Workshop
from shared.runtime.command import FAILED, Failure
from shared.wording import count

app = typer.Typer(help="Check, see, fetch and import labelled pictures.", no_args_is_help=True)

_TOLD = 50  # violations; more are counted

Source = Annotated[
    Path,
    typer.Argument(
        metavar="PICTURES",
        exists=True,
        help="A Ground Truth manifest, a COCO document, or a folder: of these, of YOLO or Pascal VOC files, "
        "or with a picture or a folder of pictures per label. `logostream review export` writes one, too.",
    ),
]
FormatName = Annotated[
    Format | None, typer.Option("--format", help="The format, where it cannot be seen from the files.")
]
TestSource = Annotated[
    Path | None,
    typer.Option("--test", exists=True, help="Pictures to test with; without, a fifth is kept for it."),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The picture to write.")]


@app.command()
def check(source: Source, form: FormatName = None, test: TestSource = None, as_json: AsJson = False) -> None:
    """Check labelled pictures against every limit of Custom Labels; nothing is uploaded.

    Each violation is told with its file and line. Exit code 1 if there are any.

    Example: logostream model dataset check brands/
    """
    verdicts = _verdicts(source, test, form)
    violations = _violations(verdicts, source)
    if as_json:
        typer.echo(json.dumps(_json(verdicts[0], violations), indent=2))
    else:
        _tell(verdicts[0], violations)
    if violations:
        raise typer.Exit(FAILED)


@app.command()
def show(source: Source, form: FormatName = None, out: Out = Path("dataset.jpg")) -> None:
    """Draw a contact sheet of labelled pictures with their boxes.

    Example: logostream model dataset show train.manifest --out sheet.jpg
    """
    pictures = _read(source, form).pictures
    if not pictures:
        fail(f"{source} holds no pictures that can be read: see `logostream model dataset check`")
    try:
        drawn = sheet.draw(pictures, out)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}: choose another --out")
    typer.echo(f"{drawn} of {len(pictures)} pictures on {out}")


@app.command()
def fetch(source: Source) -> None:
    """Copy the pictures that a Ground Truth manifest names in S3 to beside it.

    The dashboard's review exports such a manifest of frames.

    Example: logostream model dataset fetch review.manifest
    """
    wanted = []
    for path in manifests_in(source) if source.is_dir() else [source]:
        try:
            wanted += missing(path, path.read_text("utf-8", errors="replace").splitlines())
        except Failure as failure:
            fail(str(failure))
    if wanted:
        work(lambda workshop: _fetch(workshop, wanted))
    typer.echo(f"{len(wanted)} pictures fetched")


async def _fetch(workshop: Workshop, wanted: Sequence[Missing]) -> None:
    with _progress("fetching", len(wanted)) as advance:
        await fetching.fetch(workshop, wanted, advance)


@app.command(name="import")
def import_(
    source: Source, form: FormatName = None, test: TestSource = None, project: ProjectName = None
) -> None:
    """Check labelled pictures, upload them, and put them into the project's datasets.

    What is there already is not brought in again, so that a run that was cut off is simply repeated.

    Examples: logostream model dataset import brands/
    · logostream model dataset import train.json --test test.json
    """
    verdicts = _verdicts(source, test, form)
    if violations := _violations(verdicts, source):
        _tell(verdicts[0], violations)
        raise typer.Exit(FAILED)
    done = work(lambda workshop: _import(workshop, verdicts), project)
    typer.echo(
        f"{done.uploaded} pictures uploaded, {done.changed} entries changed; "
        f"the project has {done.training} to train with and {done.test} to test with"
    )


async def _import(workshop: Workshop, verdicts: Sequence[Verdict]) -> Imported:
    test = verdicts[1].sound if len(verdicts) > 1 else None
    with _progress("uploading", sum(len(verdict.sound) for verdict in verdicts)) as advance:
        return await bring_in(workshop, verdicts[0].sound, test, advance)


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal for the time of the block; yields what moves it on by one."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=total)
        yield lambda: progress.advance(bar)


def _verdicts(source: Path, test: Path | None, form: Format | None) -> list[Verdict]:
    return [checking.check(_read(one, form), one) for one in (source, test) if one is not None]


def _read(source: Path, form: Format | None) -> Reading:
    try:
        return read(source, form)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}: name a folder or file that can be read")
    except UnknownFormat as error:
        fail(str(error))


def _violations(verdicts: Sequence[Verdict], source: Path) -> list[Violation]:
    found = [violation for verdict in verdicts for violation in verdict.violations]
    return found + (checking.apart(verdicts[0], verdicts[1], source) if len(verdicts) > 1 else [])


def _tell(verdict: Verdict, violations: Sequence[Violation]) -> None:
    for violation in violations[:_TOLD]:
        typer.echo(str(violation))
    if len(violations) > _TOLD:
        typer.echo(f"… and {len(violations) - _TOLD} more")
    for warning in verdict.warnings:
        typer.echo(f"warning: {warning}")
    labels = {label for one in verdict.sound for label in one.picture.labels}
    boxes = sum(len(one.picture.boxes) for one in verdict.sound)
    sound = f"{count(len(verdict.sound), 'sound picture')}, {count(len(labels), 'label')}"
    typer.echo(f"{sound}, {count(boxes, 'boxed logo')}; {count(len(violations), 'violation')}")


def _json(verdict: Verdict, violations: Sequence[Violation]) -> dict[str, object]:
    return {
        "pictures": len(verdict.sound),
        "labels": sorted({label for one in verdict.sound for label in one.picture.labels}),
        "boxes": sum(len(one.picture.boxes) for one in verdict.sound),
        "violations": [
            {"file": str(one.where.file), "line": one.where.line or None, "reason": one.reason}
            for one in violations
        ],
        "warnings": list(verdict.warnings),
    }
