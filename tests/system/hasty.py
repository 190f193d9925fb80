"""Runs a service as a process in which the time of day passes faster.

    python -m tests.system.hasty SPEED MODULE

Only the time of day: sleeps and timeouts stay what they are.
"""

from __future__ import annotations

import runpy
import sys
import time

_real, _begin = time.time, time.time()


def main() -> None:
    speed, module = float(sys.argv[1]), sys.argv[2]
    # Before the service is imported: it takes the clock as the default of an argument.
    time.time = lambda: _begin + (_real() - _begin) * speed
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
