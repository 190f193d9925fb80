"""How the commands of `logostream` are run: as all commands are."""

from __future__ import annotations

from shared.command import EXPECTED, FAILED, INTERRUPTED, Failure, run

__all__ = ["EXPECTED", "FAILED", "INTERRUPTED", "Failure", "run"]
