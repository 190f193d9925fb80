"""The price list and the bill: dated list prices of AWS in us-east-1, and what a model's running time costs.

Custom Labels has no price per image: every started inference unit is billed by running time, idle or not.
"""

from __future__ import annotations

from dataclasses import dataclass

SECONDS_PER_HOUR = 3600.0
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Price:
    """One line of the price list."""

    dollars: float
    per: str
    as_of: str  # when the source was read
    source: str


_REKOGNITION = "Amazon Rekognition pricing page"
UNIT_HOUR = Price(4.00, "inference unit and hour", "2026-10-07", _REKOGNITION)
TRAINING_HOUR = Price(1.00, "hour of training", "2026-10-07", _REKOGNITION)
IMAGE = Price(0.0010, "image, group 2, of the first million a month", "2026-10-07", _REKOGNITION)
S3_PUT = Price(0.005 / 1000, "PUT", "2026-09-28", "Amazon S3 price list")
SQS_MESSAGE = Price(0.12e-6, "message, in batches of ten", "2026-10-07", "Amazon SQS pricing page")
DYNAMODB_WRITE = Price(2 * 0.625e-6, "write in a transaction", "2026-10-07", "Amazon DynamoDB pricing page")

DOLLARS_PER_UNIT_HOUR = UNIT_HOUR.dollars
QUEUES_PASSED = 2  # by each frame: frames and results
ROWS_WRITTEN = 2  # for each frame: its result and its chunk's count


def running_cost(unit_seconds: float) -> float:
    """Dollars for so many seconds of one running inference unit (two units for a second are two)."""
    return unit_seconds / SECONDS_PER_HOUR * DOLLARS_PER_UNIT_HOUR


def always_on_cost(seconds: float, units: int = 1) -> float:
    """Dollars for units that run all the time, as when nobody stops the model."""
    return running_cost(units * seconds)


def per_image_cost(frames: int) -> float:
    """Dollars for as many calls to a detector that AWS bills by the image, such as DetectLabels."""
    return frames * IMAGE.dollars


def handling_cost(frames: int) -> float:
    """Dollars for what is not the model: uploading frames, their messages, and their rows."""
    each = S3_PUT.dollars + QUEUES_PASSED * SQS_MESSAGE.dollars + ROWS_WRITTEN * DYNAMODB_WRITE.dollars
    return frames * each
