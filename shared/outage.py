"""Outages: a service that is needed is away or overloaded, and nothing is wrong with what was asked of it."""

from __future__ import annotations


class Outage(Exception):
    """No answer, or a refusal that has nothing to do with the request: later the same one will do."""


def is_outage(error: BaseException) -> bool:
    """Whether an error is an outage, or a group of nothing but outages."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(each) for each in error.exceptions)
    return isinstance(error, Outage)
