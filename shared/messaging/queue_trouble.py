"""What every part of a consumer does when its queue fails: count it, and say it."""

from __future__ import annotations

import logging

from shared.messaging.queue import Queue, QueueError
from shared.telemetry import metrics

log = logging.getLogger(__name__)


def tell(what: str, queue: Queue, error: QueueError) -> None:
    """Count a failed request, and log what of ours it was."""
    metrics.queue_errors.labels(queue.name).inc()
    log.error(what, extra={"queue": queue.name, "error": str(error)})
