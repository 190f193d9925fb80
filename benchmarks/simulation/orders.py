"""Orders in which waiting frames may be served, and how far the queues of SQS can keep them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from benchmarks.simulation.world import Backlog
from shared.messaging.lanes import SPAN, comes_early, in_order, lane

EPOCH = 1.8e9 // SPAN * SPAN  # when the traces begin, as lanes tell the time
DUST = 1e-6  # frames
BATCH = 10.0  # frames that one receive may bring
LOOKS = 5.0  # a second: receiving, sending on and deleting take some 10 ms each, in up to five lanes


class Order(Protocol):
    """Which frames are served next."""

    def serve(self, backlog: Sequence[Backlog], budget: float, now: float, seconds: float) -> float:
        """Take at most `budget` frames out of the backlog within so many seconds; returns how many."""
        ...


class Fair:
    """All videos alike."""

    def serve(self, backlog: Sequence[Backlog], budget: float, now: float, seconds: float) -> float:
        served = 0.0
        for count, entry in zip(range(len(backlog), 0, -1), sorted(backlog, key=_frames), strict=True):
            took = min(entry.frames, (budget - served) / count)
            entry.frames -= took
            served += took
        return served


class Ideal:
    """One video after another."""

    def serve(self, backlog: Sequence[Backlog], budget: float, now: float, seconds: float) -> float:
        served = 0.0
        for entry in sorted(backlog):
            took = min(entry.frames, budget - served)
            entry.frames -= took
            served += took
        return served


class Lanes:
    """Frames lie in lanes, and one detector looks at them as LanedQueue does, ten frames at a time."""

    def __init__(self, sends_on: bool = True) -> None:
        self._sends_on = sends_on
        self._lying: dict[int, dict[int, float]] = {}  # frames by lane, by video
        self._chance = random.Random(0)  # of the videos in a lane all are as likely: message groups

    def serve(self, backlog: Sequence[Backlog], budget: float, now: float, seconds: float) -> float:
        for entry in backlog:
            if entry.number not in self._lying:
                arrived = lane(EPOCH + entry.due_at, EPOCH + entry.arrived_at)
                self._lying[entry.number] = {arrived: entry.frames}
        look = _Look(self._lying, backlog, EPOCH + now, self._sends_on, self._chance)
        served = 0.0
        for _ in range(math.ceil(LOOKS * seconds)):
            took = look.take(min(BATCH, budget - served))
            served += took
            if not took:
                break
        return served


class _Look:
    """The lanes at one moment."""

    def __init__(
        self,
        lying: dict[int, dict[int, float]],
        backlog: Sequence[Backlog],
        now: float,
        sends_on: bool,
        chance: random.Random,
    ) -> None:
        self._lying = lying
        self._sends_on = sends_on
        self._chance = chance
        self._order = in_order(now)
        self._waiting = {
            number: [entry for entry in backlog if lying[entry.number].get(number)] for number in self._order
        }
        self._own = cache(lambda due: lane(EPOCH + due, now))
        self._early = cache(lambda number, due: comes_early(number, EPOCH + due, now))

    def take(self, room: float) -> float:
        """Examine up to so many frames of the first lane that has any whose turn it is."""
        for number in self._order:
            if took := self._receive(number, room):
                return took
        return 0.0

    def _receive(self, number: int, room: float) -> float:
        examined = 0.0
        while room > DUST and self._waiting[number]:
            entry = self._chance.choice(self._waiting[number])
            amount = self._taken_out(number, entry, min(1.0, room))
            room -= amount
            if self._sends_on and self._early(number, entry.due_at):
                self._put(self._own(entry.due_at), entry, amount)
            else:
                entry.frames -= amount
                examined += amount
        return examined

    def _taken_out(self, number: int, entry: Backlog, wanted: float) -> float:
        lying = self._lying[entry.number]
        amount = min(wanted, lying[number])
        lying[number] -= amount
        if lying[number] <= DUST:
            amount += lying.pop(number)
            self._waiting[number].remove(entry)
        return amount

    def _put(self, number: int, entry: Backlog, amount: float) -> None:
        lying = self._lying[entry.number]
        if number not in lying:
            lying[number] = 0.0
            self._waiting[number].append(entry)
        lying[number] += amount


def _frames(entry: Backlog) -> float:
    return entry.frames
