"""Waiting for facts."""

import time


class NeverHappened(AssertionError):
    """What was waited for did not come true in time."""


def wait_for(look, what, seconds=30, explain=None):
    """The first true answer of `look`, which is asked again and again; NeverHappened after `seconds`.

    `explain` gives more text for the error.
    """
    deadline = time.monotonic() + seconds
    pause = 0.01
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            more = f"\n{explain()}" if explain else ""
            raise NeverHappened(f"{what} did not happen within {seconds} s; last answer: {found!r}{more}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
