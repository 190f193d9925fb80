"""Stand ready with the decoder loaded, and fork a confined child for each visit: 5 ms, not 150.

Standard input is a Unix socket. Each packet on it asks for one visit: the task in JSON, and three descriptors
(the video, the pipe for the records, and the visit's line). Shutting the line down kills the child; the exit
code comes back over it. When standard input closes, whoever asked is gone, and so is everything here.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from typing import NoReturn

from services.extractor.isolation import child

MAX_REQUEST_BYTES = 4096
DESCRIPTORS = 3  # video, records, line
MAX_DESCRIPTOR = 4096
WAKE_BYTES = 1024


def main() -> None:
    """Serve visits until standard input closes."""
    gc.freeze()  # what is loaded by now is never looked through again, nor copied for it by any child
    wake, waker = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our parent decides
    signal.set_wakeup_fd(waker)
    with socket.socket(fileno=0) as requests:
        _serve(requests, wake)


def _serve(requests: socket.socket, wake: int) -> None:
    visits: dict[int, socket.socket] = {}  # by process id
    doomed: set[int] = set()
    while True:
        lines = {line.fileno(): process for process, line in visits.items() if process not in doomed}
        ready, _, _ = select.select([requests.fileno(), wake, *lines], [], [])
        if wake in ready:
            os.read(wake, WAKE_BYTES)
            _reap(visits)
        for process in {lines[line] for line in lines.keys() & set(ready)} & visits.keys():
            os.kill(process, signal.SIGKILL)
            doomed.add(process)
        doomed &= visits.keys()
        if requests.fileno() in ready and not _admit(requests, visits):
            break
    for process in visits:
        os.kill(process, signal.SIGKILL)


def _reap(visits: dict[int, socket.socket]) -> None:
    """Tell the exit code of every child that has ended."""
    while visits:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        with visits.pop(process) as line:
            try:
                line.send(str(os.waitstatus_to_exitcode(status)).encode())
            except OSError:
                continue  # nobody asks any more


def _admit(requests: socket.socket, visits: dict[int, socket.socket]) -> bool:
    """Fork a child for the next request; False when there will be none."""
    request, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, DESCRIPTORS)
    if not request:
        return False
    video, records, line = descriptors
    process = os.fork()
    if process == 0:
        _become_child(request, video, records)
    os.close(video)
    os.close(records)
    visits[process] = socket.socket(fileno=line)
    return True


def _become_child(request: bytes, video: int, records: int) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(video, 0)
        os.dup2(records, 1)
        os.closerange(3, MAX_DESCRIPTOR)
        child.run(request)
        code = 0
    finally:
        os._exit(code)  # neither this process's clean-up nor its exceptions are the server's


if __name__ == "__main__":
    main()
