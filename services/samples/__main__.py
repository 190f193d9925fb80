"""`python -m services.samples --out DIR`: make the sample logos and videos, and say what was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.samples.making import NAMES, make, make_samples

app = typer.Typer(add_completion=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="The folder to put the samples in.")],
    only: Annotated[str | None, typer.Option(help=f"Make one part only: {', '.join(NAMES)}.")] = None,
) -> None:
    """Draw six invented logos and two videos that show them, with the ground truth beside each video."""
    if only is not None and only not in NAMES:
        raise typer.BadParameter(f"there is no sample called {only}; choose one of {', '.join(NAMES)}.")
    try:
        paths = make_samples(out) if only is None else make(out, only)
    except OSError as error:
        typer.echo(
            f"The samples cannot be written to {out}: {error.strerror}. Choose another --out.", err=True
        )
        raise typer.Exit(1) from error
    for path in paths:
        typer.echo(f"{path}  {path.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    app()
