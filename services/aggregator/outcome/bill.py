"""What examining a video costs at list prices, pure: a bill that depends on nothing but its books.

A model of ours is billed by its running time, which videos share, so its share of a video is an estimate from
AWS's own example: a unit examines 10,000 images an hour. What it really cost is `logostream costs`' business.
Rekognition's own models, which find text, labels and what to moderate, are billed by the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.aggregator.outcome.summary import Books
from shared.costs.prices import (
    DYNAMODB_WRITE,
    QUEUES_PASSED,
    ROWS_WRITTEN,
    S3_PUT,
    SQS_MESSAGE,
    UNIT_HOUR,
    per_image_cost,
)

IMAGES_PER_UNIT_HOUR = 10_000  # of AWS's pricing example; a model's own rate is learnt while it runs


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that costs money."""

    what: str
    dollars: float


@dataclass(frozen=True, slots=True)
class Bill:
    """What a video costs, thing by thing, in dollars."""

    prices_as_of: str
    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        return sum(line.dollars for line in self.lines)


def bill(books: Books) -> Bill:
    """The bill of a video with these books."""
    examined = sum(made.examined for made in books.examinations)
    lines = (
        *_examining(books),
        Line(f"storing {books.published:,} frames in S3", books.published * S3_PUT.dollars),
        Line(f"{examined:,} frame and result messages", examined * QUEUES_PASSED * SQS_MESSAGE.dollars),
        Line(f"{examined:,} entries in the ledger", examined * ROWS_WRITTEN * DYNAMODB_WRITE.dollars),
    )
    return Bill(UNIT_HOUR.as_of, lines)


def _examining(books: Books) -> Iterator[Line]:
    for made in books.examinations:
        by = f" by {made.detector}" if len(books.examinations) > 1 else ""
        if made.by_image:
            yield Line(f"examining {made.examined:,} images{by}", per_image_cost(made.examined))
        else:
            dollars = made.examined * UNIT_HOUR.dollars / IMAGES_PER_UNIT_HOUR
            yield Line(f"examining {made.examined:,} frames{by}", dollars)
