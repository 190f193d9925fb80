"""Killing processes amid a run changes nothing in its result."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.system.conftest import Finished, finished
from tests.system.local_stack import running, wait_until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]


def test_kill_9_of_a_detector_and_the_aggregator_amid_a_run_changes_no_byte_of_the_result(
    tmp_path: Path, undisturbed: dict[str, Finished]
) -> None:
    with running(tmp_path.resolve()) as stack:
        [path] = stack.samples("match")
        [video_id] = stack.submit(path)

        def amid() -> bool:
            row = stack.videos().get(video_id)
            return row is not None and 0 < row["frames"]["examined"] < row["frames"]["expected"]

        wait_until(amid, 120, "a run that is under way")
        for module in ("detector", "aggregator"):
            os.kill(stack.pids(module)[0], signal.SIGKILL)
        assert stack.videos()[video_id]["state"] != "COMPLETED", "the run ended before the kill"
        [row] = stack.wait_ended([video_id])
        disturbed = finished(stack, row, Path(path))
    assert disturbed.detections == undisturbed["match"].detections
    assert disturbed.exposures == undisturbed["match"].exposures
    assert disturbed.summary == undisturbed["match"].summary
