"""Lambda: a function that is asked until it has answered with a success or a failure."""

from __future__ import annotations

import json
import uuid
from typing import Any

from local_aws.codepipeline.actions.work import ActionError, ActionKind, Result, Work
from local_aws.codepipeline.store import Job, Location
from local_aws.sessions import FAKE_KEY

_ASK_AGAIN_AFTER_SECONDS = 0.5


def _function(work: Work) -> Result:
    """The variables that the function gave with its success.

    The service waits for an answer for some time after a function has failed; here the action fails at once.
    """
    token: str | None = None
    while True:
        identifier, job = str(uuid.uuid4()), Job()
        work.store.jobs[identifier] = job
        try:
            answer = work.clients("lambda").invoke(
                FunctionName=work.configuration["FunctionName"],
                Payload=json.dumps({"CodePipeline.job": _job(work, identifier, token)}).encode(),
            )
        finally:
            del work.store.jobs[identifier]
        if job.failure is not None:
            raise ActionError(job.failure["message"], job.failure["type"])
        if job.success is None:
            said = answer["Payload"].read().decode(errors="replace")
            raise ActionError(f"The function ended without an answer to the job: {said}")
        details = job.success.get("executionDetails", {})
        work.run.external_id = details.get("externalExecutionId", "")
        token = job.success.get("continuationToken")
        if token is None:
            return Result(job.success.get("outputVariables", {}), details.get("summary", ""))
        work.wait(_ASK_AGAIN_AFTER_SECONDS)


def _job(work: Work, identifier: str, token: str | None) -> dict[str, Any]:
    """The job in the form of the event that the service sends."""
    data = {
        "actionConfiguration": {"configuration": dict(work.configuration)},
        "inputArtifacts": [_artifact(name, place) for name, place in work.run.inputs.items()],
        "outputArtifacts": [_artifact(name, place) for name, place in work.run.outputs.items()],
        "artifactCredentials": {
            "accessKeyId": FAKE_KEY,
            "secretAccessKey": FAKE_KEY,
            "sessionToken": FAKE_KEY,
        },
        **({"continuationToken": token} if token is not None else {}),
    }
    return {"id": identifier, "accountId": work.store.account_id, "data": data}


def _artifact(name: str, place: Location) -> dict[str, Any]:
    location = {"bucketName": place.bucket, "objectKey": place.key}
    return {"name": name, "revision": None, "location": {"type": "S3", "s3Location": location}}


FUNCTION = ActionKind(
    run=_function,
    needs=frozenset({"FunctionName"}),
    knows=frozenset({"UserParameters"}),
    inputs=(0, 5),
    outputs=(0, 5),
)
