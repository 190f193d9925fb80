"""How processes end: bad settings are told in sentences and exit 3, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.processes import (
    LOGOSTREAM,
    ROOT,
    base_environment,
    heed_ctrl_c,
    processes_in,
    wait_until,
)

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    "service", ["extractor", "detector", "controller", "aggregator", "rekognition_local"]
)
def test_bad_settings_exit_3_with_a_sentence_per_mistake_and_no_traceback(service: str) -> None:
    wrong = {"LOGOSTREAM_HTTP_PORT": "high", "LOGOSTREAM_DRAIN_SECONDS": "-1"}
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}"],
        cwd=ROOT,
        env={**base_environment(), **wrong},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert "LOGOSTREAM_HTTP_PORT is 'high'" in done.stderr
    assert "LOGOSTREAM_DRAIN_SECONDS is '-1'" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_during_the_demo_stops_every_process_it_started(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    demo = subprocess.Popen(
        [*LOGOSTREAM, "demo"],
        cwd=folder,
        env=base_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heed_ctrl_c,
    )
    wait_until(lambda: len(processes_in(folder)) >= 3, 60, "a demo that has started others")
    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 130
    assert not processes_in(folder)
