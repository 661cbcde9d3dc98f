"""Time, passed in: what it is, and how to let some of it go by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """The time, UTC, and a way to wait for seconds.

    Attributes:
        patient: Whether to wait for what is not done yet; else there is one look.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    patient: bool = True

    def until(self, seconds: float) -> Iterator[None]:
        """Turns for asking AWS whether something is done, 0.1 s to 5 s apart; ends after `seconds`."""
        start, pause = self.now(), 0.1
        while (self.now() - start).total_seconds() < seconds:
            yield
            if not self.patient:
                return
            self.sleep(pause)
            pause = min(pause * 1.5, 5.0)


def system_clock() -> Clock:
    """This machine's clock."""
    return Clock(lambda: datetime.now(UTC), time.sleep)
