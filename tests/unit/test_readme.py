"""What the README and the page of settings promise is what the code does."""

from __future__ import annotations

import re
import subprocess

from services.cli.app import app
from services.cli.settings import ROOT
from tests import settings_table

README = ROOT / "README.md"


def test_the_page_of_settings_names_every_setting_as_the_code_has_it() -> None:
    assert settings_table.in_page() == settings_table.tables(), "run `make docs`"


def test_every_setting_that_a_text_names_exists() -> None:
    texts = [README, *(ROOT / "docs").rglob("*.md")]
    texts += [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    named = {
        name: path for path in texts for name in re.findall(r"LOGOSTREAM_([A-Z0-9_]+)\b", path.read_text())
    }
    named.pop("DASHBOARD", None)  # an address that `logostream up` tells, and nobody reads as a setting
    known = {name.upper() for kind in settings_table.READERS.values() for name in kind.model_fields}
    assert {name: path for name, path in named.items() if name not in known} == {}


def test_every_command_is_described() -> None:
    readme = README.read_text()
    for command in app.registered_commands:
        assert command.callback
        assert f"logostream {command.name or command.callback.__name__}" in readme


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"`make ([a-z-]+)`", README.read_text()))
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert named <= set(re.findall(r"make ([a-z-]+)", listed))
