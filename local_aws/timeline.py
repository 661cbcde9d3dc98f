"""What happens as time goes by: schedules fire and alarms are evaluated, in the order of their times.

`advance` moves the clock; `catch_up` is for time that has passed by itself. Between two times at which a
schedule fires or a period of an alarm begins nothing can happen, so the clock is moved from one to the next,
and before each the work that the last one began has ended: a week of daily batches is seven batches, one
after the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from local_aws.clock import Clock
from local_aws.cloudwatch import AlarmStore
from local_aws.events import Events

_LOOK_SECONDS = 0.02


class Timeline:
    """The local AWS's schedules and alarms, and the work that they begin.

    Args:
        clock: The time.
        events: EventBridge, with its schedules.
        alarms: CloudWatch's alarms.
        is_busy: Whether something runs that was begun: an execution, a function.
    """

    def __init__(self, clock: Clock, events: Events, alarms: AlarmStore, is_busy: Callable[[], bool]) -> None:
        self._clock = clock
        self._events = events
        self._alarms = alarms
        self._is_busy = is_busy
        self._done = clock.now()
        self._one_at_a_time = threading.Lock()

    def advance(self, duration: timedelta) -> Iterator[str]:
        """A line about everything that happens until the clock has moved by the duration.

        Args:
            duration: Positive.
        """
        with self._one_at_a_time:
            yield from self._until(self._clock.now() + duration, moves=True)

    def catch_up(self) -> None:
        """Everything has happened that is due by now; what it began may still run."""
        with self._one_at_a_time:
            for _ in self._until(self._clock.now(), moves=False):
                pass

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside of the block nothing happens by time."""
        with self._one_at_a_time:
            yield

    def _until(self, end: datetime, moves: bool) -> Iterator[str]:
        states = self._states()
        while True:
            fires = sorted(self._next_fires())
            boundary = self._alarms.next_boundary(self._done)
            moment = min([end, *([fires[0][0]] if fires else []), *([boundary] if boundary else [])])
            self._done = max(self._done, moment)
            if moves:
                self._clock.move_to(moment)
            for when, name in fires:
                if when == moment and self._fire(name, moment):
                    yield f"{moment:%Y-%m-%d %H:%M}  rule {name} fired"
            if moves:
                self._rest()
            self._alarms.evaluate_all(self._clock.now() if moves else moment)
            now = self._states()
            for name, state in now.items():
                if states.get(name) != state:
                    yield f"{moment:%Y-%m-%d %H:%M}  alarm {name} is {state}"
            states = now
            if moment >= end:
                break
        if moves:
            self._rest()

    def _next_fires(self) -> Iterator[tuple[datetime, str]]:
        for name, scheduled in list(self._events.memory.scheduled.items()):
            moment = scheduled.next_after(self._done)
            if moment is not None:
                yield moment, name

    def _fire(self, name: str, moment: datetime) -> bool:
        """Whether the rule fired; one that has just been deleted does not."""
        try:
            return self._events.fire(name, moment)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise

    def _states(self) -> dict[str, str]:
        alarms = sorted(self._alarms.alarms.items())
        return {name: str(alarm.description["StateValue"]) for name, alarm in alarms}

    def _rest(self) -> None:
        while self._is_busy():
            time.sleep(_LOOK_SECONDS)
