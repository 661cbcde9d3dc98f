"""For every test: the network is shut, Hypothesis draws the same examples, botocore parses a model once."""

from __future__ import annotations

import functools
import gc
import importlib.util
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")


TESTS = Path(__file__).parent
LONGEST = (
    "end_to_end/test_local_aws_crashes.py",
    "unit/local_aws/codepipeline/test_release.py",
    "docs/test_pages.py",
    "end_to_end/test_local_aws_serve.py",
    "end_to_end/test_verbs.py",
    "end_to_end/test_cicd_on_a_terminal.py",
    "property/test_verdicts_null.py",
    "docs/test_help.py",
    "end_to_end/test_local_aws_command_line.py",
    "end_to_end/test_rights.py",
    "end_to_end/test_history_page_in_a_browser.py",
    "end_to_end/test_known_defects.py",
    "unit/distances/test_table.py",
    "property/test_frequent.py",
    "end_to_end/test_report_in_a_browser.py",
    "property/test_states_laws.py",
    "end_to_end/test_faults.py",
)
"""The files that take longest, in that order: begun first, so that no processor waits for one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every process of pytest-xdist sorts alike; within a file the order stays."""
    ranks = {TESTS / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_collection_finish() -> None:
    """What there is after the collection stays: no run of the garbage collector looks through it again."""
    gc.collect()
    gc.freeze()


class NetworkShutError(Exception):
    """A test tried to reach another machine."""


def _allowed(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def shut_network() -> Iterator[None]:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(call: Any) -> Any:
        def guard(self: socket.socket, address: Any) -> Any:
            if not _allowed(address):
                raise NetworkShutError(f"a test tried to reach {address[0]}; only this machine is allowed")
            return call(self, address)

        return guard

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def models_are_parsed_once() -> Iterator[None]:
    """Every command makes a session of its own; parsing botocore's models again would be most of its time."""
    if importlib.util.find_spec("botocore") is None:  # the engine's environments do without AWS
        yield
        return
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415

    parsed = functools.cache(functools.partial(JSONFileLoader.load_file, JSONFileLoader()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", staticmethod(parsed))
        yield
