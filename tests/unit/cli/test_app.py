"""The command itself: what it offers, and how its endings are told to people and to the shell."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from services.cli.app import app
from shared.config.settings import BadSettings
from shared.messaging.queue import QueueError
from shared.models.rekognition import ServiceFault
from shared.runtime.command import Failure, run
from shared.storage.objects import ObjectError
from shared.videos.ledger import LedgerError

Work = Callable[[Exception], Coroutine[Any, Any, None]]
COMMANDS = ["demo", "up", "submit", "status", "results", "cancel", "redrive", "provision"]


async def fail(error: Exception) -> None:
    raise error


async def fail_in_a_group(error: Exception) -> None:
    async with asyncio.TaskGroup() as tasks, asyncio.TaskGroup() as inner:
        tasks.create_task(asyncio.sleep(60))
        inner.create_task(fail(error))


def test_work_that_succeeds_gives_its_result() -> None:
    assert run(asyncio.sleep(0, "done")) == "done"


@pytest.mark.parametrize("kind", [Failure, QueueError, ObjectError, LedgerError, ServiceFault])
@pytest.mark.parametrize("work", [fail, fail_in_a_group])
def test_a_failure_is_one_sentence_and_exit_code_1(
    kind: type[Exception], work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        run(work(kind("the queue is missing: run `make up`")))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "logostream: the queue is missing: run `make up`\n"


def test_bad_settings_are_a_sentence_each_and_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        run(fail(BadSettings(["one is wrong.", "two is missing."])))
    assert ended.value.exit_code == 3
    assert capsys.readouterr().err == "one is wrong.\ntwo is missing.\n"


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """Ctrl-C is heard, which a shell keeps from what it runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_foreground")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_work_in_order_and_gives_exit_code_130(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    tidied = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(30)
        finally:
            tidied.append(True)

    with pytest.raises(typer.Exit) as ended:
        run(work())
    assert ended.value.exit_code == 130
    assert tidied
    assert capsys.readouterr().err == "stopped\n"


def test_a_bug_is_not_disguised() -> None:
    with pytest.raises(ZeroDivisionError):
        run(fail(ZeroDivisionError()))


def test_help_lists_every_command_with_what_it_does() -> None:
    result = CliRunner().invoke(app, ["--help"], terminal_width=120)
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f" {command} " in result.output


def test_the_command_tells_its_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"logostream {version('logostream')}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"], terminal_width=120)
    assert result.exit_code == 0
    assert f"logostream {command}" in result.output


def test_help_fills_the_lines_of_the_terminal() -> None:
    told = CliRunner().invoke(app, ["demo", "--help"], env={"COLUMNS": "80"}).output.splitlines()
    at = next(n for n, line in enumerate(told) if line.startswith(" Makes two sample videos"))
    assert all(len(line.rstrip()) > 60 for line in told[at : at + 2])


def test_bad_settings_end_a_command_with_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGOSTREAM_PREFIX", "Not Allowed")
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 3
    assert "LOGOSTREAM_PREFIX is 'Not Allowed'" in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["results", "cup", "--format", "xml"], "'--format': 'xml' is not one of 'table', 'json'"),
        (["brands", "--from", "2026-13-01"], "'--from': '2026-13-01' does not match"),
        (["brands", "--by", "year"], "'--by': 'year' is not one of 'day', 'week', 'month'"),
    ],
)
def test_a_wrong_option_is_told_in_plain_words_with_exit_code_2(words: list[str], told: str) -> None:
    result = CliRunner().invoke(app, words, env={"COLUMNS": "140"})
    assert result.exit_code == 2
    assert told in result.output


def test_a_missing_video_ends_the_demo_before_anything_is_started() -> None:
    result = CliRunner().invoke(app, ["demo", "--video", "gone.mp4"])
    assert result.exit_code == 2
    assert "gone.mp4 does not exist" in result.output
