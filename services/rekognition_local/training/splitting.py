"""Which fifth of what was labelled is kept for testing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

TEST_SHARE = 0.2

Item = TypeVar("Item")


def shared_out(
    items: Sequence[Item], labels: Callable[[Item], Iterable[str]]
) -> tuple[list[Item], list[Item]]:
    """What to train with, and a fifth to test with; no label loses its last item to the test.

    Taken evenly from the whole, so that the same items are always shared out the same way.
    """
    wanted = round(len(items) * TEST_SHARE)
    left = Counter(label for one in items for label in set(labels(one)))
    step = max(1, len(items) // max(wanted, 1))
    chosen: set[int] = set()
    for number in (*range(0, len(items), step), *range(len(items))):
        own = set(labels(items[number]))
        if len(chosen) < wanted and number not in chosen and own and all(left[name] > 1 for name in own):
            left.subtract(own)
            chosen.add(number)
    training = [one for number, one in enumerate(items) if number not in chosen]
    return training, [items[number] for number in sorted(chosen)]
