"""The local AWS's time: this machine's, moved forward by what somebody asked for.

It runs on by itself; a move adds to it. The programs that call this AWS have the machine's clock, so a time
that they send and that is about this machine's now means now, and is moved as well (`heard`). moto's own
times, such as an S3 object's `LastModified`, are not moved.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

NOW_IS = timedelta(minutes=5)
"""How far a caller's time may be from this machine's now and still mean now."""


class Clock:
    """This machine's time and how far it has been moved.

    Args:
        offset: How far it is ahead of the machine's from the start.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset
        self._lock = threading.Lock()

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the machine's, never negative."""
        return self._offset

    def now(self) -> datetime:
        """The time here, UTC."""
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        """It is at least this moment now; a clock is never moved back.

        Args:
            moment: UTC.
        """
        with self._lock:
            self._offset = max(self._offset, moment - datetime.now(UTC))

    def heard(self, moment: datetime) -> datetime:
        """A caller's time as it is meant here: moved where it is about the machine's now.

        Args:
            moment: UTC; one without a zone is taken as UTC.
        """
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment + self._offset if abs(moment - datetime.now(UTC)) <= NOW_IS else moment
