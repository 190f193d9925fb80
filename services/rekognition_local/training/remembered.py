"""What was learnt from the same pictures by the same code is not learnt again: models are kept in a folder.

A model's name there is a fingerprint of all that it depends on: the material, the code that learns from it,
and the libraries and instructions it computes with.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from services.rekognition_local.training import instructions, material
from services.rekognition_local.training.jobs import Learn

log = logging.getLogger(__name__)

KEPT = 5  # models, those used last
_CODE = Path(__file__).parents[1]
_MODEL, _FINDS = "model.npz", "finds.json"


def remembering(learn: Learn, kept: Path) -> Learn:
    """`learn`, but what it made of the same material before is taken from the folder `kept`."""

    async def remember_or_learn(folder: Path, model: Path, tell: Callable[[float], None]) -> None:
        before = kept / await asyncio.to_thread(fingerprint, folder)
        if await asyncio.to_thread(_recalled, before, folder, model):
            return
        await learn(folder, model, tell)
        await asyncio.to_thread(_keep, before, folder, model)

    return remember_or_learn


def fingerprint(folder: Path) -> str:
    """A name (hexadecimal) for what is learnt from this material: other material or code, another name."""
    found = hashlib.sha256(f"{cv2.__version__} {np.__version__} {instructions.in_common()}".encode())
    for file in _all_that_counts(folder):
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)} ".encode() + content)
    return found.hexdigest()[:32]


def _all_that_counts(folder: Path) -> Iterator[Path]:
    for part in ("*.py", "training/*.py", "recognition/**/*.py"):
        yield from sorted(_CODE.glob(part))
    yield from sorted(folder.iterdir())


def _recalled(before: Path, folder: Path, model: Path) -> bool:
    try:
        shutil.copyfile(before / _FINDS, material.finds_file(folder))
        shutil.copyfile(before / _MODEL, model)
        os.utime(before)
    except OSError:
        return False
    log.info("the same pictures were learnt before", extra={"model": before.name})
    return True


def _keep(before: Path, folder: Path, model: Path) -> None:
    """All or nothing, however the process ends; a folder that takes nothing costs only the time."""
    try:
        before.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=before.parent, prefix=".") as unfinished:
            made = Path(unfinished) / before.name
            made.mkdir()
            shutil.copyfile(model, made / _MODEL)
            shutil.copyfile(material.finds_file(folder), made / _FINDS)
            made.replace(before)
        for old in sorted(before.parent.glob("[!.]*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    except OSError as error:
        log.warning("what was learnt cannot be kept", extra={"folder": str(before.parent), "why": str(error)})
