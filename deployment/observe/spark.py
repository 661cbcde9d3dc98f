"""Whether the stage's Spark job has an application of EMR Serverless to run in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from deployment.aws import Aws, code_of, is_forbidden
from deployment.errors import ObserveError
from deployment.stage.config import Config

_KEY = "monitor.spark.application_id"


def check_application(config: Config, aws: Aws) -> None:
    """Passes a stage whose Spark job can run, that has none, or whose application may not be looked at.

    Raises:
        ObserveError: The application is not there, or can't run the job.
    """
    monitor = config.stage.monitor
    if monitor is None or monitor.spark is None:
        return
    identifier = monitor.spark.application_id
    try:
        application = aws.emr_serverless.get_application(applicationId=identifier)["application"]
    except ClientError as error:
        if is_forbidden(error):
            return
        if code_of(error) == "ResourceNotFoundException":
            raise ObserveError(
                f"{_KEY}: EMR Serverless has no application {identifier} in {config.region}: make "
                "one, or name one that `aws emr-serverless list-applications` shows."
            ) from error
        said = " ".join(str(error.response["Error"].get("Message", error)).split())
        raise ObserveError(f"{_KEY}: the Spark job can't run: {said.rstrip('.')}.") from error
    fault = _fault(application)
    if fault:
        raise ObserveError(f"{_KEY}: the application {identifier} can't run the Spark job: it {fault}.")


def _fault(application: Mapping[str, Any]) -> str:
    """What keeps the application from running the job; empty for nothing."""
    release = str(application["releaseLabel"])
    if str(application["type"]).lower() != "spark":
        return f"is of the type {application['type']}: make one of the type Spark"
    if not release.startswith("emr-7"):
        return f"has the release {release}: Spark 3.5 is in emr-7"
    starts = application.get("autoStartConfiguration", {}).get("enabled", True)
    state = application["state"]
    if state == "TERMINATED" or (state == "STOPPED" and not starts):
        return f"is {state}" + ("" if state == "TERMINATED" else " and does not start by itself: start it")
    return ""
