"""Announcements over Amazon SNS and EventBridge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.aws.clients import Clients
from shared.aws.outages import means_away
from shared.config.settings import AnnouncingSettings
from shared.videos.announcements import AnnouncementError, Announcer, AnnouncerAway, Announcers, Ended

if TYPE_CHECKING:
    from types_aiobotocore_events import EventBridgeClient
    from types_aiobotocore_sns import SNSClient

SOURCE = "logostream"
DETAIL_TYPE = "Video Ended"
MOST_SUBJECT = 100  # characters SNS allows


class SnsAnnouncer:
    """Publishes to a topic; subscribers can filter by the attribute `state`."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    async def announce(self, ended: Ended) -> None:
        with _translated(self._topic_arn):
            await self._client.publish(
                TopicArn=self._topic_arn,
                Subject=f"{ended.video_id} {ended.state.value}"[:MOST_SUBJECT],
                Message=ended.body(),
                MessageAttributes={"state": {"DataType": "String", "StringValue": ended.state.value}},
            )


class EventBridgeAnnouncer:
    """Puts an event of source `logostream` and type `Video Ended` on a bus."""

    def __init__(self, client: EventBridgeClient, bus: str) -> None:
        self._client = client
        self._bus = bus

    async def announce(self, ended: Ended) -> None:
        event = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Detail": ended.body(),
        }
        with _translated(self._bus):
            reply = await self._client.put_events(Entries=[event])  # type: ignore[list-item]
        if reply["FailedEntryCount"]:
            raise AnnouncementError(f"{self._bus}: {reply['Entries'][0].get('ErrorMessage', 'refused')}")


def announcer(clients: Clients, settings: AnnouncingSettings) -> Announcer:
    """All announcers that the settings ask for."""
    wanted: list[Announcer] = []
    if settings.topic_arn:
        wanted.append(SnsAnnouncer(clients.sns, settings.topic_arn))
    if settings.event_bus:
        wanted.append(EventBridgeAnnouncer(clients.events, settings.event_bus))
    return Announcers(wanted)


@contextmanager
def _translated(where: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise (AnnouncerAway if means_away(error) else AnnouncementError)(f"{where}: {error}") from error
