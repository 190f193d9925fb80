"""The price list and the bill: dated list prices of AWS in us-east-1, and what a model's running time costs.

Sources: the Amazon Rekognition pricing page as read on 2026-10-07. Custom Labels has no price per image:
every started inference unit is billed by running time, idle or not.
"""

from __future__ import annotations

PRICES_AS_OF = "2026-10-07"
DOLLARS_PER_UNIT_HOUR = 4.00
SECONDS_PER_HOUR = 3600.0


def running_cost(unit_seconds: float) -> float:
    """Dollars for so many seconds of one running inference unit (two units for a second are two)."""
    return unit_seconds / SECONDS_PER_HOUR * DOLLARS_PER_UNIT_HOUR
