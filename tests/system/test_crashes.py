"""Killing processes amid a run changes nothing in its result."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Finished, finished
from tests.system.local_stack import LocalStack
from tests.system.processes import wait_until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]


def test_kill_9_of_a_detector_and_the_aggregator_amid_a_run_changes_nothing_in_the_result(
    stack: LocalStack, undisturbed: dict[str, Finished]
) -> None:
    [original] = stack.samples("match")
    # The same bytes under another name: another video, of which all but the name must come out the same.
    path = Path(shutil.copy(original, stack.folder / "again.mp4"))
    shutil.copy(Path(original).with_suffix(".gt.json"), path.with_suffix(".gt.json"))
    [video_id] = stack.submit(str(path))

    def amid() -> bool:
        row = stack.videos().get(video_id)
        return row is not None and 0 < row["frames"]["examined"] < row["frames"]["expected"]

    wait_until(amid, 120, "a run that is under way")
    killed = [stack.pids("detector")[0], stack.pids("aggregator")[0]]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert stack.videos()[video_id]["state"] != "COMPLETED", "the run ended before the kill"
    [row] = stack.wait_ended([video_id])
    assert not set(killed) & {*stack.pids("detector"), *stack.pids("aggregator")}
    disturbed = finished(stack, row, path)
    assert _nameless(disturbed.detections) == _nameless(undisturbed["match"].detections)
    assert disturbed.exposures == undisturbed["match"].exposures
    assert _nameless(json.dumps(disturbed.summary)) == _nameless(json.dumps(undisturbed["match"].summary))


def _nameless(text: str | bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    for name in ("id", "source"):
        del document["video"][name]
    return document
