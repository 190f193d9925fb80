"""A video's bytes as they are served to a child process: a socket on which its parent answers."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from threading import Lock

REQUEST = struct.Struct(">QI")  # offset and length of the bytes wanted
REPLY = struct.Struct(">I")  # length of the bytes that follow: fewer only at the end of the video


@dataclass(slots=True)
class ServedContent:
    """The bytes of a video that the parent fetches from elsewhere; raises OSError when it has ended."""

    line: socket.socket
    size: int
    _turn: Lock = field(default_factory=Lock)

    def read_at(self, offset: int, length: int) -> bytes:
        with self._turn:
            self.line.sendall(REQUEST.pack(offset, length))
            (count,) = REPLY.unpack(self._exactly(REPLY.size))
            return self._exactly(count)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self.line.recv(count - len(data))
            if not piece:
                raise ConnectionResetError("the process that serves the video has ended")
            data += piece
        return bytes(data)
