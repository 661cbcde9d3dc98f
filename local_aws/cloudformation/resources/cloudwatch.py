"""CloudWatch: metric alarms and dashboards."""

from __future__ import annotations

from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.resources.model import (
    NEEDED,
    VALUE,
    Clients,
    Held,
    Like,
    Made,
    ResourceType,
    Spec,
    Wanted,
    as_json,
    call,
    dropped,
)

_GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError"})


def _alarm_arn(wanted: Wanted, name: str) -> str:
    return f"arn:{wanted.partition}:cloudwatch:{wanted.region}:{wanted.account_id}:alarm:{name}"


def _create_alarm(wanted: Wanted) -> Made:
    properties = wanted.named("AlarmName")
    name = properties["AlarmName"]
    # PutMetricAlarm would take over an alarm that somebody else has made.
    if wanted.clients("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]:
        raise invalid(f"{name} already exists")
    tags = {"Tags": wanted.tag_list} if wanted.tags else {}
    call(wanted.clients("cloudwatch"), "PutMetricAlarm", {**properties, **tags})
    return Made(name, {"Arn": _alarm_arn(wanted, name)})


def _update_alarm(wanted: Wanted, held: Held) -> Made:
    """The alarm, overwritten: PutMetricAlarm leaves nothing of what it was, except tags and state."""
    cloudwatch = wanted.clients("cloudwatch")
    call(cloudwatch, "PutMetricAlarm", {**wanted.properties, "AlarmName": held.physical_id})
    arn = held.attributes["Arn"]
    if wanted.tags and wanted.tags != held.tags:
        cloudwatch.tag_resource(ResourceARN=arn, Tags=wanted.tag_list)
    removed = dropped(wanted.tags, held.tags)
    if removed:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=removed)
    return Made(held.physical_id, held.attributes)


def _delete_alarm(clients: Clients, held: Held) -> None:
    clients("cloudwatch").delete_alarms(AlarmNames=[held.physical_id])


def _put_dashboard(wanted: Wanted, name: str) -> Made:
    body = as_json(wanted.properties["DashboardBody"])
    wanted.clients("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return Made(name)


def _create_dashboard(wanted: Wanted) -> Made:
    return _put_dashboard(wanted, wanted.named("DashboardName")["DashboardName"])


def _update_dashboard(wanted: Wanted, held: Held) -> Made:
    return _put_dashboard(wanted, held.physical_id)


def _delete_dashboard(clients: Clients, held: Held) -> None:
    clients("cloudwatch").delete_dashboards(DashboardNames=[held.physical_id])


_ALARM_PROPERTIES: dict[str, Spec] = {
    "ActionsEnabled": VALUE,
    "AlarmActions": [VALUE],
    "AlarmDescription": VALUE,
    "AlarmName": VALUE,
    "ComparisonOperator": VALUE,
    "DatapointsToAlarm": VALUE,
    "Dimensions": Like("cloudwatch", "Dimensions"),
    "EvaluateLowSampleCountPercentile": VALUE,
    "EvaluationPeriods": VALUE,
    "ExtendedStatistic": VALUE,
    "InsufficientDataActions": [VALUE],
    "MetricName": VALUE,
    "Metrics": Like("cloudwatch", "MetricDataQueries"),
    "Namespace": VALUE,
    "OKActions": [VALUE],
    "Period": VALUE,
    "Statistic": VALUE,
    "Threshold": VALUE,
    "ThresholdMetricId": VALUE,
    "TreatMissingData": VALUE,
    "Unit": VALUE,
}

ALARM = ResourceType(
    name="AWS::CloudWatch::Alarm",
    acts_on=_ALARM_PROPERTIES,
    replaced_by=frozenset({"AlarmName"}),
    attributes=frozenset({"Arn"}),
    create=_create_alarm,
    update=_update_alarm,
    delete=_delete_alarm,
    gone=_GONE,
    name_property="AlarmName",
    name_limit=255,
    taggable=True,
)

DASHBOARD = ResourceType(
    name="AWS::CloudWatch::Dashboard",
    acts_on={"DashboardName": VALUE, "DashboardBody": NEEDED},
    replaced_by=frozenset({"DashboardName"}),
    create=_create_dashboard,
    update=_update_dashboard,
    delete=_delete_dashboard,
    gone=_GONE,
    name_property="DashboardName",
    name_limit=255,
)
