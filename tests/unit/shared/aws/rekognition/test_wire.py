"""A model over the wire: a server answers as Rekognition would, and botocore itself reads the answers."""

from __future__ import annotations

import pytest

from shared.aws.clients import Clients
from shared.aws.rekognition.models import ProjectVersion
from shared.models.control import ModelState
from shared.models.rekognition import Misconfigured, ModelStatus
from shared.storage.objects import Address
from tests.unit.shared.aws.aws_server import AwsServer
from tests.unit.shared.aws.rekognition.refusals import MODEL, PROJECT

pytestmark = [pytest.mark.real_time, pytest.mark.asyncio(loop_scope="session")]


async def test_a_model_is_looked_at_started_and_stopped(aws: AwsServer, clients: Clients) -> None:
    model = ProjectVersion(clients.models, PROJECT, MODEL)
    aws.will_answer({"ProjectVersionDescriptions": [{"Status": "RUNNING", "MinInferenceUnits": 2}]})
    assert await model.describe() == ModelStatus(ModelState.RUNNING, "", 2)
    aws.will_answer({"Status": "STARTING"})
    await model.start(3)
    aws.will_answer({"Status": "STOPPING"})
    await model.stop()
    assert aws.requests == [
        ("DescribeProjectVersions", {"ProjectArn": PROJECT, "VersionNames": ["cup.2026"]}),
        ("StartProjectVersion", {"ProjectVersionArn": MODEL, "MinInferenceUnits": 3}),
        ("StopProjectVersion", {"ProjectVersionArn": MODEL}),
    ]


async def test_a_model_that_does_not_exist_is_a_mistake_in_the_configuration(
    aws: AwsServer, clients: Clients
) -> None:
    aws.will_answer({"ProjectVersionDescriptions": []})
    with pytest.raises(Misconfigured, match="has no model version named cup"):
        await ProjectVersion(clients.models, PROJECT, MODEL).describe()


async def test_the_summary_of_a_training_lies_where_rekognition_says(
    aws: AwsServer, clients: Clients
) -> None:
    model = ProjectVersion(clients.models, PROJECT, MODEL)
    result = {"F1Score": 0.9, "Summary": {"S3Object": {"Bucket": "training", "Name": "out/summary.json"}}}
    aws.will_answer({"ProjectVersionDescriptions": [{"Status": "STOPPED", "EvaluationResult": result}]})
    assert await model.summary() == Address("training", "out/summary.json")
    aws.will_answer({"ProjectVersionDescriptions": [{"Status": "TRAINING_IN_PROGRESS"}]})
    with pytest.raises(Misconfigured, match="has no summary of its training"):
        await model.summary()
