"""kill -9 of an extractor amid a visit leaves neither a process nor a file behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from services.extractor.isolation import sandbox

pytestmark = pytest.mark.real_time

SECONDS = 20.0  # within which processes must end
EXTRACTOR = """
import asyncio, sys
from fractions import Fraction
from pathlib import Path
from services.extractor.fetching import remote
from services.extractor.media import Encoding, Limits, Span
from services.extractor.isolation.sandbox import Sandbox
from shared.storage.objects import Address, ObjectInfo
from tests.fakes import FakeObjects
from tests.fakes.objects import Stored

remote.MOST_FETCHED = 0  # so that the video is copied at once

async def main():
    objects, address = FakeObjects(), Address("videos", "cup.mp4")
    held = objects.stored[address] = Stored(Path(sys.argv[1]).read_bytes(), "video/mp4", {})
    info = ObjectInfo(len(held.body), held.version)
    video = remote.RemoteVideo(objects, address, info, Path(sys.argv[2]))
    frames = Sandbox(Limits()).frames(video, Span(0, 200), Fraction(1, 25), Encoding("png"))
    await anext(frames)
    print("amid", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def extractor(make_video: Callable[..., Path], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    video = make_video([number * 512 for number in range(200)])
    command = [sys.executable, "-c", EXTRACTOR, str(video), str(tmp_path / "work")]
    with subprocess.Popen(command, cwd=sandbox.PACKAGE_ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_killed_extractor_leaves_neither_a_process_nor_a_copy(
    extractor: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert extractor.stdout is not None
    assert extractor.stdout.readline() == "amid\n"
    descendants = [*descendants_of(extractor.pid)]
    assert len(descendants) == 2  # the fork server and the reader
    assert copies_of(extractor.pid, tmp_path / "work") == 1
    extractor.send_signal(signal.SIGKILL)
    extractor.wait()
    wait_until_gone(descendants)
    assert list((tmp_path / "work").iterdir()) == []


def descendants_of(process: int) -> Iterator[int]:
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield int(child)
        yield from descendants_of(int(child))


def copies_of(process: int, folder: Path) -> int:
    """How many files in the folder, named or not, the process has open."""
    descriptors = Path(f"/proc/{process}/fd")
    return sum(os.readlink(each).startswith(f"{folder}/") for each in descriptors.iterdir())


def wait_until_gone(processes: list[int]) -> None:
    deadline = monotonic() + SECONDS
    while running := [process for process in processes if is_running(process)]:
        assert monotonic() < deadline, f"{running} outlived their extractor"
        sleep(0.01)


def is_running(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
