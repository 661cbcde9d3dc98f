"""The manual approval: waits for `PutApprovalResult`."""

from __future__ import annotations

import json
import uuid

from local_aws.codepipeline.actions.work import AbandonedError, ActionError, ActionKind, Result, Work

_LONGEST_MESSAGE = 1000


def _approval(work: Work) -> Result:
    """The approver's summary, once somebody has approved; a rejection is a failure."""
    asked, pipeline = work.configuration, work.pipeline
    if len(asked.get("CustomData", "")) > _LONGEST_MESSAGE:
        raise ActionError(f"CustomData has more than {_LONGEST_MESSAGE} characters", "ConfigurationError")
    with pipeline.changed:
        work.run.token = str(uuid.uuid4())
        work.run.summary = asked.get("CustomData", "")
        pipeline.changed.notify_all()
    if "NotificationArn" in asked:
        _notify(work)
    with pipeline.changed:
        while work.run.answer is None and not work.execution.abandon.is_set():
            pipeline.changed.wait()
    answer = work.run.answer
    if answer is None:
        raise AbandonedError
    work.run.updated_by = f"arn:aws:iam::{work.store.account_id}:root"
    if answer["status"] == "Rejected":
        raise ActionError(answer["summary"] or "Rejected", "ApprovalRejected")
    return Result(summary=answer["summary"])


def _notify(work: Work) -> None:
    """The topic has the message that CodePipeline sends."""
    asked = work.configuration
    link = f"https://console.aws.amazon.com/codesuite/codepipeline/pipelines/{work.pipeline.name}/view"
    approval = {
        "pipelineName": work.pipeline.name,
        "stageName": work.run.stage,
        "actionName": work.run.name,
        "token": work.run.token,
        "externalEntityLink": asked.get("ExternalEntityLink"),
        "approvalReviewLink": f"{link}#/{work.run.stage}/{work.run.name}/approve/{work.run.token}",
        "customData": asked.get("CustomData"),
    }
    message = {"region": work.store.region, "consoleLink": link, "approval": approval}
    work.clients("sns").publish(
        TopicArn=asked["NotificationArn"],
        Subject=f"APPROVAL NEEDED: AWS CodePipeline {work.pipeline.name}"[:100],
        Message=json.dumps(message),
    )


APPROVAL = ActionKind(
    run=_approval, knows=frozenset({"CustomData", "NotificationArn"}), keeps=frozenset({"ExternalEntityLink"})
)
