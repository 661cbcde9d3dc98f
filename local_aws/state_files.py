"""A local AWS on disk: all that it keeps, saved and loaded, in a folder that belongs to one user.

`state.json` says what there is: the format, the versions that wrote it, and the name and SHA-256 of the file
with the state. `objects/` has what is large, each by its SHA-256, so that saving again writes only what is
new. The state itself is a pickle of moto's and our own objects. Nothing but classes of these two, of
`datetime` and of a few containers is loaded from it; a folder of another user is refused all the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import sys
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws.errors import LocalAwsError
from local_aws.moto_seams import MOTO_VERSION
from local_aws.state_folder import OBJECT

FORMAT = 1
LARGE = 65_536  # bytes, from which on something is a file of its own
_SAFE = {
    "builtins": {"set", "frozenset", "bytearray", "complex", "object", "list", "dict", "tuple"},
    "collections": {"OrderedDict", "defaultdict", "deque", "Counter"},
    "datetime": {"datetime", "date", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "re": {"_compile"},
    "uuid": {"UUID", "SafeUUID"},
    "pathlib": {"PosixPath"},
    "copyreg": {"_reconstructor"},
    "dateutil.tz.tz": {"tzlocal", "tzutc"},
}
_OURS = ("moto.", "local_aws.")


class StateError(LocalAwsError):
    """A saved state is damaged, of another version, or of another user."""


def save(folder: Path, contents: dict[str, Any]) -> None:
    """The folder has the contents; whoever reads it meanwhile sees the old ones or the new ones.

    Args:
        folder: Made, for this user alone, if it is not there.
        contents: What to keep.

    Raises:
        StateError: Something in it cannot be saved, or the folder cannot be written.
    """
    try:
        (folder / "objects").mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, folder / "objects")
        pickler.dump(contents)
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()
        name = f"state-{digest[:16]}.pickle"
        _write(folder / name, buffer.getvalue())
        about = {"format": FORMAT, **_versions(), "file": name, "sha256": digest}
        _write(folder / "state.json", json.dumps(about, indent=2).encode())
        for old in (*folder.glob("state-*.pickle"), *folder.glob(".*.new")):
            if old.name != name:
                old.unlink()
        for old in (folder / "objects").iterdir():
            if old.name not in pickler.used and (OBJECT.fullmatch(old.name) or old.name.endswith(".new")):
                old.unlink()
    except (OSError, pickle.PicklingError, TypeError, AttributeError) as error:
        raise StateError(f"{folder}: the state cannot be saved: {error}") from error


def load(folder: Path) -> dict[str, Any] | None:
    """What was saved in the folder; None where nothing was.

    Raises:
        StateError: It is damaged, of another version, or of another user.
    """
    about_file = folder / "state.json"
    if not about_file.exists():
        return None
    again = f"start with another --state folder, or delete {folder} to begin anew"
    try:
        if about_file.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o022:
            raise StateError(f"{folder} belongs to another user, or others may write to it: {again}")
        about = json.loads(about_file.read_text(encoding="utf-8"))
        if not isinstance(about, dict):
            raise StateError(f"{about_file} is damaged: it is no object; {again}")
        wanted = {"format": FORMAT, **_versions()}
        found = {key: about.get(key) for key in wanted}
        if found != wanted:
            raise StateError(f"{folder} was saved by {_shown(found)}, this is {_shown(wanted)}: {again}")
        content = (folder / Path(about["file"]).name).read_bytes()
        if hashlib.sha256(content).hexdigest() != about["sha256"]:
            raise StateError(f"{folder / about['file']} is damaged: its checksum is another one; {again}")
        loaded: dict[str, Any] = _Unpickler(io.BytesIO(content), folder / "objects").load()
    except (OSError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise StateError(f"{folder} is damaged ({type(error).__name__}: {error}); {again}") from error
    return loaded


class _Pickler(pickle.Pickler):
    """Writes what is large to files, and locks and events by what they are."""

    def __init__(self, file: io.BytesIO, objects: Path) -> None:
        super().__init__(file, protocol=5)
        self._objects = objects
        self.used: set[str] = set()

    def persistent_id(self, obj: Any) -> str | None:
        if type(obj) is not bytes or len(obj) < LARGE:
            return None
        digest = hashlib.sha256(obj).hexdigest()
        self.used.add(digest)
        if not (self._objects / digest).exists():
            _write(self._objects / digest, obj)
        return digest

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, threading.Event):
            return new_event, (obj.is_set(),)
        if isinstance(obj, weakref.WeakValueDictionary):
            return new_weak_values, (), None, None, iter(list(obj.items()))
        if isinstance(obj, defaultdict) and getattr(obj.default_factory, "__name__", "") == "<lambda>":
            made = obj.default_factory() if obj.default_factory else None
            if made == {}:
                return defaultdict, (dict,), None, None, iter(list(obj.items()))
        anew = next((make for kind, make in _MADE_ANEW if isinstance(obj, kind)), None)
        return NotImplemented if anew is None else (anew, ())


class _Unpickler(pickle.Unpickler):
    """Loads nothing but classes that a state has."""

    def __init__(self, file: io.BytesIO, objects: Path) -> None:
        super().__init__(file)
        self._objects = objects

    def persistent_load(self, pid: Any) -> bytes:
        content = (self._objects / Path(str(pid)).name).read_bytes()
        if hashlib.sha256(content).hexdigest() != pid:
            raise pickle.UnpicklingError(f"objects/{pid} is damaged")
        return content

    def find_class(self, module_name: str, global_name: str) -> Any:
        found = super().find_class(module_name, global_name) if self._may(module_name, global_name) else None
        if found is None or not (isinstance(found, type) or found in _FACTORIES or module_name in _SAFE):
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not part of a state")
        return found

    def _may(self, module: str, name: str) -> bool:
        return module.startswith(_OURS) or name in _SAFE.get(module, ())


def new_event(is_set: bool) -> threading.Event:
    """An event, set or not."""
    event = threading.Event()
    if is_set:
        event.set()
    return event


def new_condition() -> threading.Condition:
    """A condition that nobody waits for."""
    return threading.Condition()


def new_lock() -> Any:
    """A lock that nobody holds."""
    return threading.Lock()


def new_rlock() -> Any:
    """A lock that nobody holds and one thread may take twice."""
    return threading.RLock()


def new_weak_values() -> Any:
    """A dictionary that does not hold on to its values."""
    return weakref.WeakValueDictionary()


_MADE_ANEW: tuple[tuple[type, Callable[[], Any]], ...] = (
    (threading.Condition, new_condition),
    (type(threading.Lock()), new_lock),
    (type(threading.RLock()), new_rlock),
)
_FACTORIES: tuple[Callable[..., Any], ...] = (new_event, new_condition, new_lock, new_rlock, new_weak_values)


def _versions() -> dict[str, str]:
    return {"moto": MOTO_VERSION, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}


def _shown(versions: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in versions.items())


def _write(path: Path, content: bytes) -> None:
    """The file has the content, whenever the machine stops."""
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
