"""Make the sample material, all or nothing and only once: logos, videos and their ground truth."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from services.samples import match, race
from services.samples.brands import CATALOGUE
from services.samples.encode import encode
from services.samples.pen import unmultiplied
from services.samples.scene import Scene
from services.samples.truth import as_json

VERSION = 4  # raise it whenever the pictures change, so that old samples are made anew
SCENES: dict[str, Callable[[], Scene]] = {"match": match.scene, "race": race.scene}
LOGOS = "logos"
NAMES = (LOGOS, *SCENES)


def make_samples(out: Path) -> list[Path]:
    """Make everything under `out`, the videos in processes of their own, and return all the files.

    What is already complete stays untouched. Raises OSError when `out` cannot be written.
    """
    missing = [name for name in NAMES if not _is_complete(out, name)]
    if missing:
        # Spawned, not forked: the caller may well run threads or an event loop.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(len(missing), mp_context=context) as pool:
            for made in [pool.submit(make, out, name) for name in missing]:
                made.result()
    return [path for name in NAMES for path in files(out, name)]


def make(out: Path, name: str) -> list[Path]:
    """Make the part called `name` (one of NAMES) in this process unless it is complete; return its files."""
    if not _is_complete(out, name):
        out.mkdir(parents=True, exist_ok=True)
        _stamp(out, name).unlink(missing_ok=True)
        if name == LOGOS:
            _make_logos(out)
        else:
            _make_video(out, SCENES[name]())
        _write(_stamp(out, name), f"{VERSION}\n".encode())
    return files(out, name)


def files(out: Path, name: str) -> list[Path]:
    """The files that make up one part."""
    if name == LOGOS:
        return [out / LOGOS / f"{label}.png" for label in CATALOGUE]
    return [out / f"{name}.mp4", out / f"{name}.gt.json"]


def _is_complete(out: Path, name: str) -> bool:
    stamp = _stamp(out, name)
    fresh = stamp.is_file() and stamp.read_text().strip() == str(VERSION)
    return fresh and all(path.is_file() for path in files(out, name))


def _stamp(out: Path, name: str) -> Path:
    return out / f".{name}.version"


def _make_logos(out: Path) -> None:
    (out / LOGOS).mkdir(exist_ok=True)
    for label, draw in CATALOGUE.items():
        _, png = cv2.imencode(".png", unmultiplied(draw()))
        _write(out / LOGOS / f"{label}.png", np.asarray(png).tobytes())


def _make_video(out: Path, scene: Scene) -> None:
    # One OpenCV thread: each video has its own process, and the encoder has threads of its own.
    cv2.setNumThreads(1)
    video, truth = files(out, scene.name)
    unfinished = _beside(video)
    sightings = encode(scene, unfinished)
    os.replace(unfinished, video)
    _write(truth, json.dumps(as_json(sightings, scene.fps), separators=(",", ":")).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is seen either whole or not at all."""
    unfinished = _beside(path)
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")
