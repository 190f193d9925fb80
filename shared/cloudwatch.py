"""The inference units that AWS itself counts, from CloudWatch: the port, and its adapter.

Rekognition publishes InServiceInferenceUnits once a minute, some minutes late; its sum is the bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_aiobotocore_cloudwatch import CloudWatchClient

PERIOD = 60  # seconds


class UnitsUnknown(Exception):
    """CloudWatch could not be read: not there, not permitted, or not answering."""


@dataclass(frozen=True, slots=True)
class UnitsInService:
    """What AWS counted: unit-seconds in all, and the units it counted last (None: nothing yet)."""

    unit_seconds: float
    latest: int | None


class UnitCounter(Protocol):
    """Reads what AWS counted of one model; raises `UnitsUnknown`."""

    async def in_service(self, model: str, since: float, until: float) -> UnitsInService:
        """Between two times, in seconds since the epoch; a model is named PROJECT/VERSION."""
        ...


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
