"""Commands that are another service's own, with all their options; and Ctrl-C until one is loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.cli.model.making import COMMANDS
from services.trainer import app as trainer
from shared.runtime.loading import INTERRUPTED, hold_interrupts

ENTRIES = ["services.cli", "services.trainer", "services.extractor.command"]
INTERRUPTING = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"


class Replaced(Exception):
    """The process would now be another."""


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (("model", "train", "--wait", "--help"), ("services.trainer", "train", "--wait", "--help")),
        (("model", "dataset", "check", "x"), ("services.trainer", "dataset", "check", "x")),
        (("teardown", "--yes"), ("services.trainer", "teardown", "--yes")),
        (("extract", "x.mp4", "--every", "2"), ("services.extractor.command", "x.mp4", "--every", "2")),
    ],
)
def test_a_command_becomes_another_services_with_every_option(
    words: tuple[str, ...], module: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def become(program: str, command: list[str]) -> None:
        raise Replaced(program, command)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr("services.cli.passing.hold_interrupts", lambda: None)
    told = CliRunner().invoke(app, words).exception
    assert isinstance(told, Replaced)
    assert told.args == (sys.executable, [sys.executable, "-m", *module])


def test_every_command_that_is_passed_on_is_one_of_the_trainers() -> None:
    told = CliRunner().invoke(trainer.app, ["--help"]).output
    assert all(f" {word} " in told for word in (*COMMANDS, "teardown"))
    listed = CliRunner().invoke(app, ["model", "--help"]).output
    assert all(f" {word} " in listed for word in COMMANDS)


def _ended(entry: str, path: Path, before: Callable[[], None]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", entry],
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    return done.returncode, done.stdout + done.stderr


def _listen() -> None:
    """A shell keeps Ctrl-C from what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("entry", ENTRIES)
def test_ctrl_c_while_a_command_is_loading_ends_it_without_a_word(entry: str, tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text(INTERRUPTING)
    assert _ended(entry, tmp_path, _listen) == (INTERRUPTED, "")


def test_ctrl_c_on_the_way_to_another_service_is_heard_there(tmp_path: Path) -> None:
    def interrupted_before_it_is_there() -> None:
        _listen()
        hold_interrupts()
        os.kill(os.getpid(), signal.SIGINT)

    assert _ended("services.trainer", tmp_path, interrupted_before_it_is_there) == (INTERRUPTED, "")
