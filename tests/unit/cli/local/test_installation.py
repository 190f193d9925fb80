"""A local stack without its embedded AWS says how to get it, in a checkout and from a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cli.local import installation
from services.cli.local.installation import MINISTACK, embedded_aws
from services.cli.local.stack import Stack
from services.cli.settings import ROOT, CliSettings
from shared.config.settings import load
from shared.runtime.command import Failure


async def advice(tmp_path: Path) -> str:
    settings = load(CliSettings, ministack=tmp_path / "ministack")
    with pytest.raises(Failure) as raised:
        await embedded_aws(Stack(tmp_path), settings, 4566)
    return str(raised.value)


async def test_a_checkout_is_set_up(tmp_path: Path) -> None:
    told = await advice(tmp_path)
    assert told == f"{tmp_path}/ministack does not exist: run `make setup`, or set LOGOSTREAM_MINISTACK"


async def test_who_installed_a_wheel_is_not_sent_to_a_folder_that_it_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "ROOT", tmp_path)
    told = await advice(tmp_path)
    assert "make setup" not in told
    assert f"pip install {MINISTACK}" in told
    assert "LOGOSTREAM_MINISTACK=aws/bin/ministack" in told


def test_a_wheel_advises_the_version_that_is_tested() -> None:
    assert MINISTACK in (ROOT / "requirements/embedded-aws.in").read_text().splitlines()
