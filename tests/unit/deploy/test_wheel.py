"""The wheel: it brings the pages, styles and scripts that the services read, not their code alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("services", "shared")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """What a wheel is built from, in a folder of its own: setuptools leaves a `build` beside it."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_all_that_lies_in_the_packages_is_in_the_wheel(source: Path) -> None:
    lying = {file.relative_to(source).as_posix() for name in PACKAGES for file in files_in(source / name)}
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    [wheel] = source.glob("*.whl")
    with ZipFile(wheel) as packed:
        assert lying - set(packed.namelist()) == set()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
