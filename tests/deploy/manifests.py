"""The manifests of deploy/kubernetes as they are applied, and what is in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests import tools

FOLDER = tools.ROOT / "deploy/kubernetes"
OVERLAYS = ("eks", "local")
SERVICES = ("extractor", "detector", "detector-words", "aggregator", "controller", "dashboard")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def built(overlay: str, folder: Path) -> Path:
    """Build an overlay, with a further detector and the dashboard, into a file in this folder."""
    shutil.copytree(FOLDER, folder / "manifests")
    source = folder / "manifests/overlays" / overlay
    file, base = source / "kustomization.yaml", "  - ../../base\n"
    more = "".join(f"  - ../../{part}\n" for part in ("further-detector", "dashboard"))
    file.write_text(file.read_text().replace(base, base + more))
    done = run(tools.need("kustomize"), "build", str(source))
    assert done.returncode == 0, done.stderr
    path = folder / f"{overlay}.yaml"
    path.write_text(done.stdout)
    return path


def resources(manifest: Path, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one kind in a manifest, by name."""
    every = yaml.safe_load_all(manifest.read_text())
    return {each["metadata"]["name"]: each for each in every if each["kind"] == kind}
