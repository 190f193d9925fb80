"""The model of a local stack: made by the trainer, with the commands that make any model."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from services.cli.local.stack import Stack

TRAINER = (sys.executable, "-m", "services.trainer")


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model version."""

    project_arn: str
    model_arn: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name it to the services."""
        return {"LOGOSTREAM_PROJECT_ARN": self.project_arn, "LOGOSTREAM_MODEL_ARN": self.model_arn}


async def train(stack: Stack, logos: Path, project: str) -> Model:
    """Train a first version of a new project on these pictures; raises `Failure`."""
    await stack.do("pictures", [*TRAINER, "dataset", "import", str(logos), "--project", project])
    words = ("train", "--wait", "--json", "--project", project)
    told = await stack.do("training", [*TRAINER, *words])
    facts = json.loads(told)
    return Model(facts["project_arn"], facts["model_arn"])
