"""Names that no other test uses, so that tests are independent on one embedded AWS."""

from __future__ import annotations

import uuid


def unique(stem: str) -> str:
    return f"{stem}-{uuid.uuid4().hex[:12]}"
