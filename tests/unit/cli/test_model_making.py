"""The commands that make models are the trainer's own, with all their options."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.cli.model.making import COMMANDS


class Replaced(Exception):
    """The process would now be another."""


@pytest.mark.parametrize("words", [("train", "--wait", "--help"), ("dataset", "check", "brands", "--json")])
def test_a_command_becomes_the_trainers_with_every_option(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def become(program: str, command: list[str]) -> None:
        raise Replaced(program, command)

    monkeypatch.setattr(os, "execv", become)
    told = CliRunner().invoke(app, ["model", *words]).exception
    assert isinstance(told, Replaced)
    assert told.args == (sys.executable, [sys.executable, "-m", "services.trainer", *words])


def test_every_command_that_is_passed_on_is_one_of_the_trainers() -> None:
    command = [sys.executable, "-m", "services.trainer", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(f" {word} " in told for word in (*COMMANDS, "teardown"))
    listed = CliRunner().invoke(app, ["model", "--help"]).output
    assert all(f" {word} " in listed for word in COMMANDS)
