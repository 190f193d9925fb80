"""The look of every table the trainer prints."""

from __future__ import annotations

from rich import box
from rich.table import Column, Table
from rich.text import Text


def ruled(*columns: str | Column, title: str | None = None) -> Table:
    """A table with one line below its headings; columns of figures are given as `numeric(heading)`."""
    heading = None if title is None else Text(title)
    return Table(*columns, box=box.SIMPLE_HEAD, title=heading, title_justify="left", title_style="bold")


def numeric(heading: str) -> Column:
    """A column of figures, set to the right."""
    return Column(heading, justify="right")
