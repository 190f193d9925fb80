"""The templates of deploy/aws, as they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.system.permissions import CloudFormationLoader

FOLDER = Path(__file__).parents[2] / "deploy/aws"
TEMPLATES = sorted(FOLDER.glob("*.yaml"))
PARENTS = ("logostream.yaml", "detector.yaml")


def loaded(template: str) -> dict[str, Any]:
    return yaml.load((FOLDER / template).read_text(), CloudFormationLoader)  # a SafeLoader of our own


def resources(template: str, kind: str) -> dict[str, dict[str, Any]]:
    every = loaded(template)["Resources"]
    return {name: each for name, each in every.items() if each["Type"] == kind}


def parts(template: str) -> dict[str, dict[str, Any]]:
    return {
        name: part["Properties"] for name, part in resources(template, "AWS::CloudFormation::Stack").items()
    }
