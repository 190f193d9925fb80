"""The stand-in for Amazon Rekognition as a process: `python -m services.rekognition_local`."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.rekognition_local.account import Account
from services.rekognition_local.app import serving
from services.rekognition_local.clock import Clock
from services.rekognition_local.recognition import Recognizer
from services.rekognition_local.resources.recognizers import Recognizers
from services.rekognition_local.resources.store import Store
from services.rekognition_local.settings import RekognitionSettings
from services.rekognition_local.training.jobs import Trainings
from services.rekognition_local.training.learning import learn
from services.rekognition_local.training.remembered import remembering
from shared.aws.clients import clients
from shared.aws.s3 import S3Objects
from shared.runtime.service import Life, run

log = logging.getLogger(__name__)


async def main(settings: RekognitionSettings, life: Life) -> None:
    """Serve until told to stop."""
    async with (
        clients() as aws,
        _account(settings, S3Objects(aws.s3), aws.s3.meta.region_name) as account,
        serving(
            account, settings.rekognition_host, settings.rekognition_port, settings.drain_seconds
        ) as port,
    ):
        account.trainings.resume()
        log.info("listening", extra={"rekognition_port": port})
        life.tell(None)
        await life.stopping.wait()
        life.tell("draining")


@asynccontextmanager
async def _account(settings: RekognitionSettings, objects: S3Objects, region: str) -> AsyncIterator[Account]:
    store = Store(settings.state_dir)
    clock = _clock(settings, store)
    recognizers = Recognizers(Recognizer.load, settings.detection_threads)
    learner = remembering(learn, settings.learnt_dir) if settings.learnt_dir else learn
    trainings = Trainings(store, objects, recognizers, learner, clock, settings.least_training_seconds)
    try:
        yield Account(settings, region, store, objects, recognizers, trainings, clock)
    finally:
        await trainings.close()
        recognizers.close()


def _clock(settings: RekognitionSettings, store: Store) -> Clock:
    """Time goes on where the last process left it, at the speed the settings name if they do."""
    clock = Clock(time.time, store.pace)
    if settings.clock_speed is not None:
        store.put_pace(clock.change(settings.clock_speed))
    return clock


if __name__ == "__main__":
    run("rekognition_local", RekognitionSettings, main)
