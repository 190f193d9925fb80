"""An upgrade loses nothing: what every released version put into a queue is still read, and means the same.

`wire/<version>.jsonl` holds one message of each kind as that version wrote it. A release adds a file; none
is ever changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.messaging.messages import AnyMessage, parse

RELEASES = sorted((Path(__file__).parent / "wire").glob("*.jsonl"))
MESSAGES = [
    pytest.param(line, id=f"{release.stem} {json.loads(line)['kind']}")
    for release in RELEASES
    for line in release.read_text().splitlines()
]


def within(written: Any, read: Any) -> bool:
    """Everything that was written is read as it was; what a later version added may stand beside it."""
    if isinstance(written, dict):
        return all(name in read and within(value, read[name]) for name, value in written.items())
    if isinstance(written, list):
        return len(written) == len(read) and all(map(within, written, read))
    return bool(written == read)


@pytest.mark.parametrize("body", MESSAGES)
def test_a_message_of_an_earlier_version_is_read_and_means_the_same(body: str) -> None:
    assert within(json.loads(body), json.loads(parse(body).body()))


@pytest.mark.parametrize("body", MESSAGES)
def test_a_field_that_a_later_version_adds_does_not_stop_a_rollback(body: str) -> None:
    assert parse(json.dumps({**json.loads(body), "added_later": True})) == parse(body)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.stem)
def test_a_release_has_one_message_of_every_kind_it_knew(release: Path) -> None:
    kinds = [json.loads(line)["kind"] for line in release.read_text().splitlines()]
    assert len(kinds) == len(set(kinds))


def test_the_newest_release_covers_every_kind() -> None:
    known = {message.model_fields["kind"].default for message in get_args(AnyMessage)}
    newest = [json.loads(line)["kind"] for line in RELEASES[-1].read_text().splitlines()]
    assert set(newest) == known
