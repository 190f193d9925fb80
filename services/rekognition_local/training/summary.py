"""The summary of an evaluation as Amazon writes it to S3 (guide: "Evaluation summary file")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.rekognition_local.resources.lifecycle import Version
from shared.datasets.evaluation import Evaluation


def key(version: Version) -> str:
    """Where the summary goes in the version's output bucket."""
    project = version.arn.split("/")[1]
    name = f"EvaluationResultSummary-{project}-{version.name}.json"
    prefix = str(version.output_config.get("S3KeyPrefix", "")).strip("/")
    return f"{prefix}/{name}" if prefix else name


def summary(version: Version, evaluation: Evaluation, trained: int, tested: int, at: float) -> dict[str, Any]:
    """The summary file of a version, from `trained` and `tested` pictures, written at a time (seconds)."""
    ended = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    return {
        "AggregatedEvaluationResults": {
            "ConfusionMatrix": [
                {"GroundTruthLabel": true, "PredictedLabel": taken, "Value": share}
                for (true, taken), share in evaluation.confusion.items()
            ],
            "F1Score": evaluation.f1,
            "Precision": evaluation.precision,
            "Recall": evaluation.recall,
        },
        "EvaluationDetails": {
            "EvaluationEndTimestamp": ended.isoformat(timespec="microseconds"),
            "Labels": [one.label for one in evaluation.labels],
            "NumberOfTestingImages": tested,
            "NumberOfTrainingImages": trained,
            "ProjectVersionArn": version.arn,
        },
        "LabelEvaluationResults": [
            {
                "Label": one.label,
                "Metrics": {
                    "F1Score": one.f1,
                    "Precision": one.precision,
                    "Recall": one.recall,
                    "Threshold": one.threshold,
                },
                "NumberOfTestingImages": one.pictures,
            }
            for one in evaluation.labels
        ],
        "Version": 1,
    }
