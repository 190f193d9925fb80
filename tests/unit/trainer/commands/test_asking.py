"""Questions before something is deleted: what is no yes deletes nothing, and ends in its own way."""

from __future__ import annotations

import sys

import pytest
import typer

from services.trainer.commands.common import ask


class Answers:
    """A keyboard at which one line, or a failure, is typed."""

    def __init__(self, answer: str | type[BaseException]) -> None:
        self._answer = answer

    def readline(self) -> str:
        if isinstance(self._answer, str):
            return self._answer
        raise self._answer

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(("answer", "sure"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_only_a_yes_is_a_yes(answer: str, sure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Answers(answer))
    assert ask("Delete it?") is sure


def test_ctrl_c_ends_the_command_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Answers(KeyboardInterrupt))
    with pytest.raises(typer.Exit) as ended:
        ask("Delete it?")
    assert ended.value.exit_code == 130


def test_without_anybody_to_answer_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Answers(EOFError))
    with pytest.raises(typer.Abort):
        ask("Delete it?")
