"""Reads a message as the kind of content its queue is for; anything else is rejected."""

from __future__ import annotations

from typing import TypeVar

from shared.messaging.endings import Reject
from shared.messaging.messages import BadMessage, Wire, parse
from shared.messaging.queue import Message

Content = TypeVar("Content", bound=Wire)


def expect(message: Message, kind: type[Content]) -> Content:
    """The content of a message that must be of this kind; raises `Reject`."""
    try:
        content = parse(message.body)
    except BadMessage as error:
        raise Reject(str(error)) from error
    if not isinstance(content, kind):
        raise Reject(f"this queue holds no {content.kind} messages")
    return content
