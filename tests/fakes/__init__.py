"""The fakes: small machines that keep the rules of the services behind the ports, with public knobs.

Every fake has `faults`, which says what goes wrong (see `tests/fakes/faults.py`). The contract suite runs
the same tests on them and on the real adapters.
"""

from __future__ import annotations

from tests.fakes.announcer import FakeAnnouncer
from tests.fakes.control import FakeControl
from tests.fakes.faults import Crash, Faults
from tests.fakes.ledger import FakeLedger
from tests.fakes.objects import FakeObjects
from tests.fakes.pool import FakePools
from tests.fakes.queue import FakeQueue
from tests.fakes.rekognition import FakeDetector, FakeModels
from tests.fakes.units import FakeUnits
from tests.fakes.uploads import FakeUploads

__all__ = [
    "Crash",
    "FakeAnnouncer",
    "FakeControl",
    "FakeDetector",
    "FakeLedger",
    "FakeModels",
    "FakeObjects",
    "FakePools",
    "FakeQueue",
    "FakeUnits",
    "FakeUploads",
    "Faults",
]
