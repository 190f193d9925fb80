"""How long a service may take to end once it is told to, by its own constants."""

from __future__ import annotations

from shared.aws.sqs import WAIT_SECONDS
from shared.config.settings import Settings

LAST_DELETES = 5.0  # seconds
SECONDS = WAIT_SECONDS + Settings.model_fields["drain_seconds"].default + LAST_DELETES
