"""The models of an installation, as a command names them: all, or that of one detector."""

from __future__ import annotations

from services.cli.connection import Connection
from shared.aws.rekognition.models import ProjectVersion
from shared.config.arns import model_name
from shared.config.detectors import ModelSpec
from shared.models.rekognition import Models
from shared.runtime.command import Failure

ALONE = "there is no installation here, so no controller starts, stops or prices it"


def models_of(connection: Connection, detector: str | None) -> dict[str, Models]:
    """The models by name: of one detector, or all; raises `Failure`."""
    specs = connection.settings.models()
    if not specs:
        raise Failure(
            "no model is named: set LOGOSTREAM_MODEL_ARN and LOGOSTREAM_PROJECT_ARN, which "
            "`logostream model list --json` tells"
        )
    if detector is not None and detector not in specs:
        raise Failure(f"no detector {detector!r} has a model: the ones with models are {', '.join(specs)}")
    wanted = [spec for name, spec in specs.items() if detector in (None, name)]
    return dict(_model(connection, spec) for spec in wanted)


def _model(connection: Connection, spec: ModelSpec) -> tuple[str, Models]:
    assert spec.model_arn
    version = ProjectVersion(connection.aws.models, spec.project_arn or "", spec.model_arn)
    return model_name(spec.model_arn), version
