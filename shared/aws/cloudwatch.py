"""The units port over Amazon CloudWatch.

Rekognition publishes InServiceInferenceUnits once a minute, some minutes late; its sum is the bill.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.costs.units import UnitsInService, UnitsUnknown

if TYPE_CHECKING:
    from types_aiobotocore_cloudwatch import CloudWatchClient

PERIOD = 60  # seconds


class CloudWatchUnits:
    """`UnitCounter` over GetMetricStatistics."""

    def __init__(self, client: CloudWatchClient) -> None:
        self._client = client

    async def in_service(self, model: str, since: float, until: float) -> UnitsInService:
        project, _, version = model.partition("/")
        try:
            reply = await self._client.get_metric_statistics(
                Namespace="AWS/Rekognition",
                MetricName="InServiceInferenceUnits",
                Dimensions=[
                    {"Name": "ProjectName", "Value": project},
                    {"Name": "VersionName", "Value": version},
                ],
                StartTime=datetime.fromtimestamp(since, UTC),
                EndTime=datetime.fromtimestamp(until, UTC),
                Period=PERIOD,
                Statistics=["Average"],
            )
        except (BotoCoreError, ClientError) as error:
            raise UnitsUnknown(f"CloudWatch: {error}") from error
        points = sorted(reply.get("Datapoints", []), key=lambda point: point["Timestamp"])
        averages = [point["Average"] for point in points]
        return UnitsInService(sum(averages) * PERIOD, round(averages[-1]) if averages else None)
