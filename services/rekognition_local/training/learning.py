"""Learn in a process of its own: it may take minutes of both cores, and ends with the stand-in when told to.

`python -m services.rekognition_local.training.learning FOLDER MODEL` reads the material in FOLDER, writes the
share done (0 to 1) line by line on standard output, the recognizer to MODEL, and to FOLDER what it finds in
the pictures to test with.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path

import cv2

from services.rekognition_local.errors import ApiError
from services.rekognition_local.recognition import train
from services.rekognition_local.recognition.samples import UnusableTrainingMaterial
from services.rekognition_local.training import instructions, material

log = logging.getLogger(__name__)

LEARNING = 0.9  # of the work; the rest is the test
UNUSABLE = 4  # exit code: the material is to blame, and standard error says why in one sentence


class TrainingFailed(Exception):
    """No model came of it; the text is a sentence for the user."""


async def learn(folder: Path, model: Path, tell: Callable[[float], None]) -> None:
    """Train a recognizer in a child process, telling the share done; raises `TrainingFailed`."""
    command = ("-m", __spec__.name, str(folder), str(model))
    # A session of its own: Ctrl-C is for us to hear, else the child would die of it and count as failed.
    # Should we be killed, the child ends at its next word to us.
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
        env={**os.environ, **instructions.in_common()},
    )
    try:
        _, complaint = await asyncio.gather(_follow(child, tell), _read_all(child))
        code = await child.wait()
    finally:
        if child.returncode is None:  # we are being cancelled
            child.kill()
            await child.wait()
    if code == UNUSABLE:
        raise TrainingFailed(complaint.strip())
    if code != 0:
        log.error("the learning process broke", extra={"code": code, "complaint": complaint})
        last = complaint.strip().rpartition("\n")[2] or "it said nothing"
        raise TrainingFailed(f"The learning process ended with code {code}: {last}")


async def _follow(child: Process, tell: Callable[[float], None]) -> None:
    assert child.stdout is not None
    async for line in child.stdout:
        tell(float(line))


async def _read_all(child: Process) -> str:
    assert child.stderr is not None
    return (await child.stderr.read()).decode(errors="replace")


def _tell(share: float) -> None:
    sys.stdout.write(f"{share}\n")
    sys.stdout.flush()


def main(folder: Path, model: Path) -> int:
    """The child: exit code 0 or `UNUSABLE`."""
    cv2.ipp.setUseIPP(False)  # it goes by the processor, whatever the environment says
    try:
        recognizer = train(material.read_samples(folder), progress=lambda share: _tell(share * LEARNING))
        recognizer.save(model)
        for share in material.examine(folder, recognizer):
            _tell(LEARNING + share * (1 - LEARNING))
    except (UnusableTrainingMaterial, ApiError) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
