"""The sandboxed child: it cannot outlive its use, takes no more than it is allowed, and is told nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import aclosing, suppress
from fractions import Fraction
from pathlib import Path
from time import sleep

import pytest

from services.extractor.fetching.remote import RemoteVideo
from services.extractor.isolation import sandbox as module
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, Limits, Span, VideoProbe
from shared.storage.objects import Address, ObjectInfo
from tests.fakes import FakeObjects

pytestmark = pytest.mark.real_time

LOSSLESS = Encoding("png")
SANDBOX = Sandbox(Limits())  # one for all: each starts a fork server of its own

Maker = Callable[..., Path]


async def test_closing_the_iterator_ends_the_child(make_video: Maker) -> None:
    video = make_video([number * 512 for number in range(100)])
    frames = SANDBOX.frames(video, Span(0, 100), Fraction(1, 25), LOSSLESS)
    async with aclosing(frames):
        await anext(frames)
    assert children() == []


def children() -> list[int]:
    """The fork servers' children: the processes that read videos."""
    # This process may have other children: those of the tests that ran before in it.
    servers = [child for child in children_of(os.getpid()) if "forkserver" in command_line(child)]
    return [child for server in servers for child in children_of(server)]


def command_line(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text()


def children_of(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.fixture
def silent_video(tmp_path: Path) -> RemoteVideo:
    """A video of which no byte ever arrives: whoever reads it hangs."""
    return RemoteVideo(SilentObjects(), Address("videos", "silent.mp4"), ObjectInfo(9, "e"), tmp_path)


class SilentObjects(FakeObjects):
    """A store that takes questions and never answers."""

    async def read(self, address: Address, info: ObjectInfo, first: int, stop: int) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


async def test_time_up_is_a_sentence_not_a_hang(make_video: Maker) -> None:
    with pytest.raises(BadVideo, match=r"took more than 0\.001 s"):  # less than it takes to fork
        await Sandbox(Limits(wall_seconds=0.001)).probe(make_video([0, 512]))
    assert children() == []


async def test_time_is_allowed_in_proportion_to_what_is_to_be_sampled(make_video: Maker) -> None:
    limits = Limits(wall_seconds=0.001, wall_per_second=10)
    video = make_video([0, 512, 1024])
    with pytest.raises(BadVideo, match="took more than"):
        [item async for item in Sandbox(limits).frames(video, Span(0, 0), Fraction(1), Encoding())]
    assert [item async for item in Sandbox(limits).frames(video, Span(0, 9), Fraction(1), Encoding())]
    assert limits.to_sample(Fraction(9)).cpu_seconds == limits.cpu_seconds + 9 * limits.cpu_per_second


async def test_cancelling_a_visit_ends_the_child(silent_video: RemoteVideo) -> None:
    visit = asyncio.create_task(SANDBOX.probe(silent_video))
    await asyncio.to_thread(wait_for_child)
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit
    assert children() == []


@pytest.mark.parametrize("turns", range(12))
async def test_a_visit_may_be_cancelled_at_any_moment(silent_video: RemoteVideo, turns: int) -> None:
    visit = asyncio.create_task(SANDBOX.probe(silent_video))
    for _ in range(turns):
        await asyncio.sleep(0)
    visit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visit
    assert children() == []
    gc.collect()  # what was not closed complains, and so fails the test


def wait_for_child() -> int:
    while not children():
        sleep(0.005)
    return children()[0]


async def test_memory_beyond_the_limit_is_a_sentence(make_video: Maker) -> None:
    video = make_video([number * 512 for number in range(50)])
    with pytest.raises(BadVideo, match="needs more than 1 MB of memory"):
        await Sandbox(Limits(memory_bytes=1 << 20)).probe(video)


async def test_a_video_longer_or_larger_than_allowed_is_refused(make_video: Maker) -> None:
    video = make_video([0, 512, 20 * 12800])
    with pytest.raises(BadVideo, match="the video lasts"):
        await Sandbox(Limits(max_duration_seconds=10)).probe(video)
    with pytest.raises(BadVideo, match="160 × 64 pixels, more than the 10,000 allowed"):
        await Sandbox(Limits(max_pixels=10_000)).probe(video)


async def test_the_child_sees_nothing_of_our_environment(
    silent_video: RemoteVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("LOGOSTREAM_FRAMES_BUCKET", "secret")
    visit = asyncio.create_task(SANDBOX.probe(silent_video))
    environment = environment_of(await asyncio.to_thread(wait_for_child))
    assert b"OMP_NUM_THREADS" in environment
    assert b"secret" not in environment
    await cancelled(visit)


async def test_the_child_of_a_streamed_video_has_no_way_out_but_the_one_to_us(
    silent_video: RemoteVideo,
) -> None:
    visit = asyncio.create_task(SANDBOX.probe(silent_video))
    process = await asyncio.to_thread(wait_for_child)
    while len(held := open_in(process)) > 3:  # noqa: ASYNC110 - the fork server's own, for a moment
        await asyncio.sleep(0.005)
    assert [name.split(":")[0] for name in held] == ["socket", "pipe", "/dev/null"]
    await cancelled(visit)


async def cancelled(visit: asyncio.Task[VideoProbe]) -> None:
    visit.cancel()
    await asyncio.wait([visit])


def open_in(process: int) -> list[str]:
    """What the process has open, by descriptor."""
    folder = Path(f"/proc/{process}/fd")
    names = []
    for descriptor in sorted(os.listdir(folder), key=int):
        with suppress(FileNotFoundError):  # closed since it was listed
            names.append(os.readlink(folder / descriptor))
    return names


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def test_a_crash_of_the_decoder_is_a_sentence_and_the_next_visit_is_as_good_as_any(
    make_video: Maker, silent_video: RemoteVideo
) -> None:
    visit = asyncio.create_task(SANDBOX.probe(silent_video))
    os.kill(await asyncio.to_thread(wait_for_child), signal.SIGSEGV)
    with pytest.raises(BadVideo, match=r"the decoder crashed on this video \(SIGSEGV\)"):
        await visit
    assert (await SANDBOX.probe(make_video([0, 512]))).codec == "h264"


async def test_a_fork_server_that_died_is_started_again_as_soon_as_one_can_be(
    make_video: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, video = Sandbox(Limits()), make_video([0, 512])
    others, before = set(children_of(os.getpid())), sorted(open_in(os.getpid()))
    await sandbox.probe(video)
    (server,) = set(children_of(os.getpid())) - others
    kill(server)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(FileNotFoundError):
            await sandbox.probe(video)
    assert sorted(open_in(os.getpid())) == before
    assert (await sandbox.probe(video)).codec == "h264"


async def test_too_much_processor_time_is_a_sentence() -> None:
    limits = Limits(cpu_seconds=7)
    assert "took more than 7 s of processor time" in module._cause_of_death(-signal.SIGXCPU, limits)
