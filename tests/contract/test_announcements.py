"""Announcements: what is told arrives, whole, at whoever listens to the topic or to the bus."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.aws.clients import Clients
from shared.aws.eventing import EventBridgeAnnouncer, SnsAnnouncer, announcer
from shared.config.settings import AnnouncingSettings
from shared.videos.announcements import AnnouncementError, Ended
from shared.videos.ledger import State
from tests.contract.names import unique

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

ENDED = Ended("cup-1", "s3://videos/in/cup.mp4", State.COMPLETED, "", "results", "results/cup-1/summary.json")


async def queue(clients: Clients) -> tuple[str, str]:
    """A new queue's address and ARN."""
    made = await clients.sqs.create_queue(QueueName=unique("ears"))
    facts = await clients.sqs.get_queue_attributes(QueueUrl=made["QueueUrl"], AttributeNames=["QueueArn"])
    return made["QueueUrl"], facts["Attributes"]["QueueArn"]


async def heard(clients: Clients, url: str) -> Any:
    reply = await clients.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)
    [message] = reply["Messages"]
    return json.loads(message["Body"])


async def test_a_topics_subscribers_hear_it(clients: Clients) -> None:
    topic = (await clients.sns.create_topic(Name=unique("ended")))["TopicArn"]
    url, arn = await queue(clients)
    await clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    await SnsAnnouncer(clients.sns, topic).announce(ENDED)
    told = await heard(clients, url)
    assert json.loads(told["Message"]) == json.loads(ENDED.body())
    assert told["Subject"] == "cup-1 COMPLETED"


async def test_a_rule_on_the_bus_hears_it(clients: Clients) -> None:
    url, arn = await queue(clients)
    rule = unique("rule")
    pattern = {"source": ["logostream"], "detail-type": ["Video Ended"], "detail": {"video_id": [rule]}}
    await clients.events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    await clients.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn}])
    ended = Ended(rule, "s3://videos/in/cup.mp4", State.FAILED, "it is no video", "results", None)
    await EventBridgeAnnouncer(clients.events, "default").announce(ended)
    told = await heard(clients, url)
    assert (told["source"], told["detail-type"]) == ("logostream", "Video Ended")
    assert told["detail"] == json.loads(ended.body())


async def test_a_topic_that_is_not_there_is_an_error_that_names_it(clients: Clients) -> None:
    arn = "arn:aws:sns:us-east-1:000000000000:nowhere"
    with pytest.raises(AnnouncementError, match=arn):
        await SnsAnnouncer(clients.sns, arn).announce(ENDED)


async def test_without_settings_nobody_is_told(clients: Clients) -> None:
    await announcer(clients, AnnouncingSettings()).announce(ENDED)
