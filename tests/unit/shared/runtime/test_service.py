"""The life of a process: its exit code says how it ended, and the last thing it says is why."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.config.settings import Settings
from shared.runtime.service import BAD_SETTINGS, CRASHED, DRAINED, Life, run

ROOT = Path(__file__).parents[4]
TINY = Path(__file__).with_name("tiny_service.py")
Process = subprocess.Popen[str]
Start = Callable[..., Process]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the tiny service as a process; kills what is left of it at the end."""
    processes: list[Process] = []

    def started(kind: str, **environment: str) -> Process:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "LOGOSTREAM_HTTP_PORT": "0", **environment}
        process = subprocess.Popen(
            [sys.executable, str(TINY), kind], env=env, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        with process:
            process.kill()


def read_until(process: Process, text: str) -> dict[str, Any]:
    assert process.stderr
    for line in map(json.loads, process.stderr):
        if line["text"] == text:
            return dict(line)
    raise AssertionError(f"the service never said {text!r}")


def test_bad_settings_end_with_3_and_a_sentence_each(start: Start) -> None:
    process = start("work", LOGOSTREAM_HTTP_PORT="x", LOGOSTREAM_PREFIX="A B")
    _, said = process.communicate()
    assert process.returncode == BAD_SETTINGS == 3
    assert "Traceback" not in said
    assert [line.split()[0] for line in said.splitlines()] == ["LOGOSTREAM_PREFIX", "LOGOSTREAM_HTTP_PORT"]


def test_a_service_says_what_it_was_told_but_no_secret(start: Start) -> None:
    process = start("work", LOGOSTREAM_PREFIX="tiny", LOGOSTREAM_PASSWORD="opensesame")
    told = read_until(process, "started")["settings"]
    assert told == {"prefix": "tiny", "http_port": 0, "password": "**********"}


def test_a_signal_drains_and_ends_with_0(start: Start) -> None:
    process = start("work")
    read_until(process, "started")
    process.terminate()
    _, said = process.communicate()
    assert process.returncode == DRAINED == 0
    assert [json.loads(line)["text"] for line in said.splitlines()] == ["draining", "drained"]


def test_a_crash_ends_with_1_and_says_why(start: Start) -> None:
    process = start("crash")
    _, said = process.communicate()
    assert process.returncode == CRASHED == 1
    last = json.loads(said.splitlines()[-1])
    assert last["text"] == "crashed"
    assert "the disk is full" in last["traceback"]


def test_a_second_signal_kills_what_does_not_drain(start: Start) -> None:
    process = start("stubborn")
    read_until(process, "started")
    process.terminate()
    read_until(process, "draining")
    process.terminate()
    assert process.wait() == -signal.SIGTERM


# --- the same in this process


@pytest.fixture
def quiet() -> Iterator[None]:
    """Gives the test runner its logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


class Worker:
    """Notes that it was run and stopped; tells its own process to stop, or fails."""

    def __init__(self, life: Life, failure: Exception | None = None) -> None:
        self._life = life
        self._failure = failure
        self.unready: list[str | None] = []

    async def run(self) -> None:
        self.unready.append(self._life.unready)
        if self._failure:
            raise self._failure
        os.kill(os.getpid(), signal.SIGTERM)
        await self._life.stopping.wait()

    def stop(self) -> None:
        self.unready.append(self._life.unready)


class Stuck:
    """Works for ever, and breaks when it is told to stop."""

    async def run(self) -> None:
        await asyncio.Event().wait()

    def stop(self) -> None:
        raise RuntimeError("a bug")


async def test_a_worker_that_cannot_be_stopped_ends_the_service() -> None:
    life = Life("tiny")
    life.stopping.set()
    with pytest.raises(ExceptionGroup):
        async with asyncio.timeout(60):
            await life.run(Stuck())


@pytest.mark.usefixtures("quiet")
def test_a_service_is_ready_while_it_works_and_unready_while_it_drains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[list[str | None]] = []

    async def main(_: Settings, life: Life) -> None:
        assert life.unready == "starting"
        workers = [Worker(life), Worker(life)]
        await life.run(*workers)
        seen.extend(worker.unready for worker in workers)

    monkeypatch.setenv("LOGOSTREAM_HTTP_PORT", "0")
    run("tiny", Settings, main)
    assert seen == [[None, "draining"]] * 2


@pytest.mark.usefixtures("quiet")
def test_one_failing_worker_ends_the_others_and_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main(_: Settings, life: Life) -> None:
        await life.run(Worker(life), Worker(life, OSError("the disk is full")))

    monkeypatch.setenv("LOGOSTREAM_HTTP_PORT", "0")
    with pytest.raises(SystemExit) as raised:
        run("tiny", Settings, main)
    assert raised.value.code == CRASHED


def test_bad_settings_are_told_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main(_: Settings, __: Life) -> None:
        raise AssertionError("nothing was to start")

    monkeypatch.setenv("LOGOSTREAM_HTTP_PORT", "x")
    with pytest.raises(SystemExit) as raised:
        run("tiny", Settings, main)
    assert raised.value.code == BAD_SETTINGS
    assert capsys.readouterr().err.startswith("LOGOSTREAM_HTTP_PORT is 'x': ")
