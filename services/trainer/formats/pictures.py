"""The words of the trainer: labelled pictures from any format, and what is wrong where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from shared.datasets.manifest import Box


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the user's files; line 0 is the file as a whole."""

    file: Path
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


@dataclass(frozen=True, slots=True)
class Picture:
    """A local picture with its boxes (pixels), or, if it is a logo and nothing else, its label.

    A picture with neither has not been labelled, or shows no logo.
    """

    path: Path
    where: Where  # that says so
    boxes: tuple[Box, ...] = ()
    whole: str | None = None
    lines: tuple[int, ...] = ()  # of the boxes, where each has a line of its own

    def place(self, number: int) -> Where:
        """Where the box with this number is told."""
        return Where(self.where.file, self.lines[number]) if self.lines else self.where

    @property
    def labels(self) -> set[str]:
        """All labels of the picture."""
        return {box.label for box in self.boxes} | ({self.whole} if self.whole else set())


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that AWS would refuse, or that cannot be read."""

    where: Where
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(slots=True)
class Reading:
    """What was read so far: pictures, and what is wrong."""

    pictures: list[Picture] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def wrong(self, where: Where, reason: str) -> None:
        """Note down a violation."""
        self.violations.append(Violation(where, reason))
