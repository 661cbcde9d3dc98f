"""What a request carries, taken apart: the template's text, the settings, and what is refused of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlparse

from botocore.exceptions import ClientError

from local_aws.cloudformation import parameters, validation
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.state import Settings, Stack
from local_aws.cloudformation.template import Template, parse
from local_aws.errors import ServiceError

BODY_LIMIT = 51_200
URL_LIMIT = 1_048_576


# Every parameter of the operations that are done is in one of these three sets; a test sees to it.
ACTED_ON = frozenset(
    {
        "Capabilities",
        "ChangeSetName",
        "ChangeSetType",
        "ClientRequestToken",
        "DeletionMode",
        "Description",
        "DisableRollback",
        "EnableTerminationProtection",
        "ExportName",
        "IncludePropertyValues",
        "LogicalResourceId",
        "OnFailure",
        "OnStackFailure",
        "Parameters",
        "PhysicalResourceId",
        "ResourcesToSkip",
        "RetainResources",
        "StackName",
        "StackStatusFilter",
        "Tags",
        "TemplateBody",
        "TemplateStage",
        "TemplateURL",
        "UsePreviousTemplate",
    }
)
# Accepted and, where the service describes them, described; nothing else comes of them.
KEPT = frozenset(
    {
        "ClientToken",
        "DisableValidation",
        "IncludeNestedStacks",
        "NotificationARNs",
        "RoleARN",
        "TimeoutInMinutes",
    }
)
REFUSED = frozenset(
    {
        "CallAs",
        "DeploymentConfig",
        "DeploymentMode",
        "ForceRollback",
        "ImportExistingResources",
        "NextToken",
        "ResourceTypes",
        "ResourcesToImport",
        "RetainExceptOnCreate",
        "RollbackConfiguration",
        "StackPolicyBody",
        "StackPolicyDuringUpdateBody",
        "StackPolicyDuringUpdateURL",
        "StackPolicyURL",
        "StackSetName",
        "TemplateSummaryConfig",
    }
)


def refuse(operation: str, asked: Mapping[str, Any]) -> None:
    """Nothing, where the request asks for nothing that would be ignored.

    Raises:
        ServiceError: It does.
    """
    for name in sorted(REFUSED):
        if asked.get(name):
            raise invalid(
                f"the local AWS does not act upon {name} of {operation}; call {operation} without it"
            )


def template_text(asked: Mapping[str, Any], previous: Stack | None, s3: Any) -> str:
    """The text of the template that a request names.

    Args:
        asked: The request's parameters.
        previous: The stack that `UsePreviousTemplate` means.
        s3: A client of S3, for `TemplateURL`.

    Raises:
        ServiceError: There is none, there are two, it is too long, or S3 does not have it.
    """
    given = [name for name in ("TemplateBody", "TemplateURL", "UsePreviousTemplate") if asked.get(name)]
    if len(given) != 1:
        raise invalid("Either Template URL or Template Body must be specified.")
    if given == ["UsePreviousTemplate"]:
        if previous is None or not previous.settings.body:
            raise invalid("UsePreviousTemplate needs a stack that has a template")
        return previous.settings.body
    if given == ["TemplateURL"]:
        return _from_url(asked["TemplateURL"], s3)
    body = str(asked["TemplateBody"])
    if len(body.encode()) > BODY_LIMIT:
        raise invalid(
            f"1 validation error detected: Value '{body[:60]}...' at 'templateBody' failed to satisfy "
            f"constraint: Member must have length less than or equal to {BODY_LIMIT}"
        )
    return body


def _from_url(url: str, s3: Any) -> str:
    """The text of an object, by an address in path style or with the bucket in the host name."""
    parsed = urlparse(url)
    bucket, is_virtual, _ = (parsed.hostname or "").partition(".s3")
    path = unquote(parsed.path.lstrip("/"))
    key = path
    if not is_virtual:
        bucket, _, key = path.partition("/")
    if parsed.scheme != "https" or not bucket or not key:
        raise invalid(f"TemplateURL must be an address of an object in S3, https://...: {url}")
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise invalid(f"S3 error: {error.response['Error'].get('Message', error)} ({url})") from error
    if len(content) > URL_LIMIT:
        raise invalid(f"Template may not exceed {URL_LIMIT} bytes in size.")
    return content.decode()


def sound(body: str) -> Template:
    """The template of a text, all of which the local AWS can run.

    Raises:
        ServiceError: It cannot.
    """
    template = parse(body)
    validation.check(template)
    return template


def settings(asked: Mapping[str, Any], template: Template, previous: Stack | None) -> Settings:
    """What the stack is to be made with.

    Args:
        asked: The request's parameters.
        template: The template.
        previous: The stack as it is; None for one that is not created yet.

    Raises:
        ServiceError: A parameter's value is missing or not allowed, or a capability is missing.
    """
    needed = validation.capabilities(template)
    granted = list(asked.get("Capabilities", ()))
    accepted = {*granted, "CAPABILITY_IAM"} if "CAPABILITY_NAMED_IAM" in granted else set(granted)
    missing = [capability for capability in needed if capability not in accepted]
    if missing:
        raise ServiceError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(missing)}]"
        )
    old = previous.settings if previous is not None else Settings("")
    tags = {tag["Key"]: tag["Value"] for tag in asked["Tags"]} if "Tags" in asked else old.tags
    return Settings(
        body=template.body,
        parameters=parameters.effective(
            template.parameters, asked.get("Parameters", ()), old.parameters if previous is not None else None
        ),
        tags=dict(tags),
        capabilities=granted,
        notification_arns=list(asked.get("NotificationARNs", old.notification_arns)),
        role_arn=asked.get("RoleARN", old.role_arn),
    )
