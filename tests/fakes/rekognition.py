"""The fake Rekognition: a model that starts and stops on the loop's clock, and a detector of known logos."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from shared.messaging.messages import Detection
from shared.models.control import ModelState
from shared.models.detection import Seen
from shared.models.rekognition import (
    AlreadyInUse,
    ModelStatus,
    NotReady,
    QuotaReached,
    RekognitionError,
    ServiceFault,
    Throttled,
)
from shared.models.versions import ModelVersion
from shared.storage.objects import Address
from tests.fakes.faults import Faults

STARTABLE = {ModelState.TRAINING_COMPLETED, ModelState.STOPPED, ModelState.FAILED}
BILLED = {ModelState.RUNNING, ModelState.STOPPING}


class FakeModels:
    """`Models` and `Versions`: STARTING takes `start_seconds`, STOPPING `stop_seconds`, billed by units.

    Knobs: `faults`; `start_failure` is the message of starts that end FAILED; `become` sets the state.
    """

    def __init__(
        self,
        state: ModelState = ModelState.STOPPED,
        *,
        units: int = 0,
        start_seconds: float = 600.0,
        stop_seconds: float = 120.0,
        max_units: int = 5,
    ) -> None:
        self.start_seconds = start_seconds
        self.stop_seconds = stop_seconds
        self.max_units = max_units
        self.start_failure = ""
        self.faults = Faults(ServiceFault)
        self.starts: list[tuple[float, int]] = []  # time and units
        self.stops: list[float] = []
        self._state = state
        self._message = ""
        self._units = units
        self._since: float | None = None  # when the state began; None until the first look
        self._billed = 0.0

    # --- the port

    async def describe(self) -> ModelStatus:
        async with self.faults.around("describe"):
            return ModelStatus(self.state, self._message, self._units)

    async def start(self, units: int, most_units: int | None = None) -> None:
        async with self.faults.around("start"):
            if units > self.max_units:
                raise QuotaReached(
                    f"StartProjectVersion: LimitExceededException: at most {self.max_units} units"
                )
            if self.state not in STARTABLE:
                raise AlreadyInUse(f"StartProjectVersion: ResourceInUseException: {self.state}")
            self.starts.append((_now(), units))
            self.become(ModelState.STARTING)
            self._units = max(units, most_units or 0)

    async def stop(self) -> None:
        async with self.faults.around("stop"):
            if self.state != ModelState.RUNNING:
                raise AlreadyInUse(f"StopProjectVersion: ResourceInUseException: {self.state}")
            self.stops.append(_now())
            self.become(ModelState.STOPPING)

    async def all(self) -> list[ModelVersion]:
        async with self.faults.around("all"):
            arn = "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/v1/1"
            return [ModelVersion(arn, "v1", self.state, self._message, 1_700_000_000.0, self._units, 0.91)]

    # --- for tests

    @property
    def state(self) -> ModelState:
        """The state now; time alone ends STARTING and STOPPING."""
        since = _now() if self._since is None else self._since
        self._since = since
        if self._state == ModelState.STARTING and _now() >= since + self.start_seconds:
            ended = ModelState.FAILED if self.start_failure else ModelState.RUNNING
            self._enter(ended, since + self.start_seconds, self.start_failure)
        if self._state == ModelState.STOPPING and _now() >= since + self.stop_seconds:
            self._enter(ModelState.STOPPED, since + self.stop_seconds, "")
            self._units = 0
        return self._state

    @property
    def unit_seconds(self) -> float:
        """What is billed so far: units times seconds RUNNING or STOPPING."""
        state, since = self.state, self._since
        assert since is not None
        return self._billed + (self._units * (_now() - since) if state in BILLED else 0.0)

    def become(self, state: ModelState, message: str = "") -> None:
        """Put the model into a state now, whatever it was in."""
        self._enter(state, _now(), message)

    # --- inside

    def _enter(self, state: ModelState, at: float, message: str) -> None:
        if self._state in BILLED and self._since is not None:
            self._billed += self._units * (at - self._since)
        self._state, self._since, self._message = state, at, message


class FakeDetector:
    """Answers `answer(address)`, after `faults.latency` seconds.

    Knobs: `script` holds what the next calls end in (an error, or None for the answer); `rate` is the most
    calls per second that are not throttled, with a second's worth of burst; `models` makes it not ready
    unless that model runs; `model` is its own name. `calls` records when which frame was asked for.
    """

    def __init__(
        self,
        answer: Callable[[Address], Sequence[Detection]] = lambda _: (),
        *,
        rate: float | None = None,
        models: FakeModels | None = None,
    ) -> None:
        self.answer = answer
        self.rate = rate
        self.models = models
        self.model = "v1"
        self.script: deque[RekognitionError | None] = deque()
        self.faults = Faults(ServiceFault)
        self.calls: list[tuple[float, Address]] = []
        self._tokens = rate or 0.0
        self._counted_at: float | None = None

    async def detect(self, frame: Address) -> Seen:
        self.calls.append((_now(), frame))
        async with self.faults.around("detect"):
            if self.models and self.models.state != ModelState.RUNNING:
                raise NotReady(f"DetectCustomLabels: ResourceNotReadyException: {self.models.state}")
            if self.script and (ending := self.script.popleft()):
                raise ending
            if self.rate and not self._take_token(self.rate):
                raise Throttled("DetectCustomLabels: ProvisionedThroughputExceededException: rate exceeded")
            return Seen(self.model, self.answer(frame))

    def _take_token(self, rate: float) -> bool:
        elapsed = _now() - (_now() if self._counted_at is None else self._counted_at)
        self._counted_at = _now()
        self._tokens = min(max(rate, 1.0), self._tokens + elapsed * rate)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _now() -> float:
    return asyncio.get_running_loop().time()
