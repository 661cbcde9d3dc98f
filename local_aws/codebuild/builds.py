"""The operations on builds. Each build runs in a thread of its own."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_aws.codebuild.store import Build, Store, bad_input, refuse
from local_aws.codebuild.worker import Worker
from local_aws.moto_seams import Call

_DONE = frozenset(
    {
        "projectName",
        "sourceTypeOverride",
        "sourceLocationOverride",
        "sourceVersion",
        "buildspecOverride",
        "artifactsOverride",
        "environmentVariablesOverride",
        "timeoutInMinutesOverride",
        "logsConfigOverride",
        "idempotencyToken",
    }
)
Answer = Mapping[str, Any]


class BuildOperations:
    """StartBuild, StopBuild, BatchGetBuilds, ListBuilds, ListBuildsForProject.

    Args:
        stores: Region and account to what is kept there.
        clients: Service to boto3 client.
        workdir: Where builds get their temporary folders.
        environment: What a child process needs to reach the local AWS.
    """

    def __init__(
        self,
        stores: Callable[[Call], Store],
        clients: Callable[[str], Any],
        workdir: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._stores = stores
        self._worker = Worker(clients, workdir, environment)
        self._running: dict[threading.Thread, Build] = {}

    def operations(self) -> dict[str, Callable[[Call], Answer]]:
        """Operation to the method that answers it."""
        return {
            "StartBuild": self.start,
            "StopBuild": self.stop,
            "BatchGetBuilds": self.describe,
            "ListBuilds": self.list,
            "ListBuildsForProject": self.list_for_project,
        }

    def close(self) -> None:
        """Every build has been stopped and its thread has ended."""
        for build in list(self._running.values()):
            build.stop.set()
        for thread in list(self._running):
            thread.join()

    @property
    def busy(self) -> bool:
        """Whether a build runs."""
        return bool(self._running)

    def start(self, call: Call) -> Answer:
        """The build, in progress."""
        store, sent = self._stores(call), call.parameters
        refuse(sent, tuple(name for name in sent if name not in _DONE), "StartBuild")
        with store.lock:
            project = store.project(sent["projectName"])
            artifacts = {"name": project["name"], **sent.get("artifactsOverride", project["artifacts"])}
            build = Build(_described(store, project, sent, artifacts), artifacts)
            store.builds[build.description["id"]] = build
        thread = threading.Thread(target=self._run, args=(store, build), daemon=True)
        self._running[thread] = build
        thread.start()
        return {"build": dict(build.description)}

    def _run(self, store: Store, build: Build) -> None:
        try:
            self._worker.build(build)
        finally:
            store.forget(build.description["projectName"])
            self._running.pop(threading.current_thread(), None)

    def stop(self, call: Call) -> Answer:
        """The build, which ends as STOPPED once its commands are gone."""
        build = self._stores(call).build(call.parameters["id"])
        build.stop.set()
        return {"build": dict(build.description)}

    def describe(self, call: Call) -> Answer:
        """The builds that are there, and the ids of those that are not."""
        known, asked = dict(self._stores(call).builds), call.parameters["ids"]
        ids = {identifier: identifier.rpartition("/")[2] for identifier in asked}
        return {
            "builds": [dict(known[own].description) for own in ids.values() if own in known],
            "buildsNotFound": [identifier for identifier, own in ids.items() if own not in known],
        }

    def list(self, call: Call) -> Answer:
        """All ids, the newest build's first unless asked otherwise."""
        return _ids(list(self._stores(call).builds), call)

    def list_for_project(self, call: Call) -> Answer:
        """The ids of a project's builds, the newest first unless asked otherwise."""
        store = self._stores(call)
        name = store.project(call.parameters["projectName"])["name"]
        return _ids([one.description["id"] for one in store.builds_of(name)], call)


def _ids(oldest_first: list[str], call: Call) -> Answer:
    return {"ids": oldest_first if call.parameters.get("sortOrder") == "ASCENDING" else oldest_first[::-1]}


def _described(
    store: Store, project: Mapping[str, Any], sent: Mapping[str, Any], artifacts: Mapping[str, Any]
) -> dict[str, Any]:
    name, now = project["name"], datetime.now(UTC)
    identifier = f"{name}:{uuid.uuid4()}"
    source = _source(project, sent)
    if "CODEPIPELINE" in (source["type"], artifacts["type"]):
        raise bad_input(f"The project {name} is started by CodePipeline, which gives it source and artifacts")
    if artifacts["type"] == "S3" and artifacts.get("packaging") != "ZIP":
        raise bad_input("The local AWS does artifacts in S3 with packaging ZIP only")
    logs = sent.get("logsConfigOverride", project.get("logsConfig", {})).get("cloudWatchLogs", {})
    environment = dict(project["environment"])
    return {
        "id": identifier,
        "arn": store.arn("build", identifier),
        # Those that are forgotten count too.
        "buildNumber": 1 + max((one.description["buildNumber"] for one in store.builds_of(name)), default=0),
        "projectName": name,
        "startTime": now,
        "currentPhase": "SUBMITTED",
        "buildStatus": "IN_PROGRESS",
        "buildComplete": False,
        "initiator": "local-aws",
        "source": source,
        **({"resolvedSourceVersion": sent["sourceVersion"]} if "sourceVersion" in sent else {}),
        "artifacts": {"location": ""},
        "environment": {**environment, "environmentVariables": _variables(environment, sent)},
        "serviceRole": project["serviceRole"],
        "timeoutInMinutes": sent.get("timeoutInMinutesOverride", project["timeoutInMinutes"]),
        "phases": [],
        "exportedEnvironmentVariables": [],
        "logs": {
            "groupName": logs.get("groupName", f"/aws/codebuild/{name}"),
            "streamName": identifier.partition(":")[2],
            "cloudWatchLogs": {"status": logs.get("status", "ENABLED")},
        },
    }


def _source(project: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    overrides = (
        ("type", "sourceTypeOverride"),
        ("location", "sourceLocationOverride"),
        ("buildspec", "buildspecOverride"),
    )
    return {**project["source"], **{key: sent[name] for key, name in overrides if name in sent}}


def _variables(environment: Mapping[str, Any], sent: Mapping[str, Any]) -> list[dict[str, str]]:
    """The project's variables with the start's laid over."""
    asked = [*environment.get("environmentVariables", []), *sent.get("environmentVariablesOverride", [])]
    for variable in asked:
        if variable.get("type", "PLAINTEXT") != "PLAINTEXT":
            raise bad_input(
                f"The local AWS does not do variables of type {variable['type']}: {variable['name']}"
            )
    return list({variable["name"]: {"type": "PLAINTEXT", **variable} for variable in asked}.values())
