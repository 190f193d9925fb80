"""The environment to learn in: what all processors have, and nothing that this one has not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from services.rekognition_local.training import instructions


@pytest.mark.parametrize("avx512", [False, True])
def test_a_processor_is_told_of_nothing_that_it_does_not_have(avx512: bool) -> None:
    assert instructions.environment(avx2=False, avx512=False) == {}
    told = instructions.environment(avx2=True, avx512=avx512)
    assert told["OPENBLAS_CORETYPE"] == "Haswell"
    assert any("512" in value for value in told.values()) == avx512


def test_numpy_and_opencv_take_it_without_a_word() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import cv2, numpy; numpy.ones((9, 9)) @ numpy.ones((9, 9))"],
        env=instructions.in_common(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
