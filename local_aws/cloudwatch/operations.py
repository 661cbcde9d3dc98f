"""The operations on alarms, and those on metrics, whose times are the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local_aws import moto_seams
from local_aws.cloudwatch.shapes import datapoint, dimensions, refuse_what_is_not_done
from local_aws.cloudwatch.store import STATES, Alarm, AlarmStore
from local_aws.errors import ServiceError
from local_aws.moto_seams import Call, Handler

_METRICS_A_CALL = 1000

Answer = Mapping[str, Any] | tuple[Any, ...]


class AlarmOperations:
    """Each operation as a method; `operations()` lists them.

    Args:
        store: The alarms and datapoints.
    """

    def __init__(self, store: AlarmStore) -> None:
        self._store = store

    def operations(self) -> dict[str, Handler]:
        """Operation to the method that answers it."""
        return {
            "PutMetricData": self.put_metric_data,
            "GetMetricData": self.read_metrics,
            "GetMetricStatistics": self.read_metrics,
            "PutMetricAlarm": self.put_metric_alarm,
            "DescribeAlarms": self.describe_alarms,
            "DescribeAlarmHistory": self.describe_alarm_history,
            "DeleteAlarms": self.delete_alarms,
            "SetAlarmState": self.set_alarm_state,
            "EnableAlarmActions": lambda call: self._switch_actions(call, True),
            "DisableAlarmActions": lambda call: self._switch_actions(call, False),
            "ListTagsForResource": self.list_tags,
            "TagResource": self.tag,
            "UntagResource": self.untag,
        }

    def put_metric_data(self, call: Call) -> tuple[Any, ...]:
        """Moto's answer; the datapoints are kept and the alarms evaluated."""
        namespace, data = call.parameters["Namespace"], call.parameters["MetricData"]
        if namespace.startswith("AWS/"):
            message = "The value AWS/ for parameter Namespace is invalid."
            raise ServiceError("InvalidParameterValue", message)
        if len(data) > _METRICS_A_CALL:
            message = f"The collection MetricData must not have a size greater than {_METRICS_A_CALL}."
            raise ServiceError("InvalidParameterValue", message)
        now = self._store.clock.now()
        for item in data:
            item["Timestamp"] = _as_moto(
                self._store.clock.heard(item["Timestamp"]) if "Timestamp" in item else now
            )
        answer: tuple[Any, ...] = call.moto()
        if int(answer[0]) == 200:
            moto_seams.trim_metrics(moto_seams.backend("cloudwatch", call.account_id, call.region))
            with self._store.lock:
                for item in data:
                    key = (namespace, item["MetricName"], dimensions(item))
                    self._store.published(key, datapoint(item, now))
            self._store.evaluate_all(now)
        return answer

    def read_metrics(self, call: Call) -> Any:
        """Moto's answer to a query, whose end is the time here where it is the machine's now."""
        for query in call.parameters.get("MetricDataQueries", ()):
            if "Expression" in query:  # moto answers it with nothing
                message = f"The local AWS does not do expressions: {query['Id']} {query['Expression']!r}"
                raise ServiceError("NotImplemented", message)
        call.parameters["EndTime"] = _as_moto(self._store.clock.heard(call.parameters["EndTime"]))
        return call.moto()

    def put_metric_alarm(self, call: Call) -> Mapping[str, Any]:
        """Nothing; a new alarm is INSUFFICIENT_DATA, a changed one keeps its state until it is evaluated."""
        sent = dict(call.parameters)
        refuse_what_is_not_done(sent)
        tags = {tag["Key"]: tag["Value"] for tag in sent.pop("Tags", [])}
        name, now = sent["AlarmName"], self._store.clock.now()
        defaults = {"ActionsEnabled": True, "Dimensions": [], **{key: [] for key in STATES.values()}}
        with self._store.lock:
            known = self._store.alarms.get(name)
            state = {
                "StateValue": "INSUFFICIENT_DATA",
                "StateReason": "Unchecked: Initial alarm creation",
                "StateUpdatedTimestamp": now,
                "StateTransitionedTimestamp": now,
            }
            if known is not None:
                kept = ("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp")
                state = {key: known.description[key] for key in kept if key in known.description}
            arn = f"arn:aws:cloudwatch:{call.region}:{call.account_id}:alarm:{name}"
            description = {
                **defaults,
                **sent,
                **state,
                "AlarmArn": arn,
                "AlarmConfigurationUpdatedTimestamp": now,
            }
            if known is None:
                known = self._store.alarms[name] = Alarm(description, tags)
                self._store.remember(
                    known, "ConfigurationUpdate", f'Alarm "{name}" created', {"type": "Create"}, now
                )
            else:
                known.description = description
                self._store.remember(
                    known, "ConfigurationUpdate", f'Alarm "{name}" updated', {"type": "Update"}, now
                )
        return {}

    def describe_alarms(self, call: Call) -> Mapping[str, Any]:
        """The metric alarms by name; there are no composite ones."""
        sent = call.parameters
        names = sent.get("AlarmNames")
        found = [
            alarm.description
            for name, alarm in sorted(self._store.alarms.items())
            if (names is None or name in names)
            and name.startswith(sent.get("AlarmNamePrefix", ""))
            and sent.get("StateValue") in (None, alarm.description["StateValue"])
            and any(arn.startswith(sent.get("ActionPrefix", "")) for arn in [*alarm.actions, ""])
        ]
        first, most = int(sent.get("NextToken", "0")), int(sent.get("MaxRecords", 50))
        answer: dict[str, Any] = {"MetricAlarms": found[first : first + most], "CompositeAlarms": []}
        if len(found) > first + most:
            answer["NextToken"] = str(first + most)
        return answer

    def describe_alarm_history(self, call: Call) -> Mapping[str, Any]:
        """What happened to the alarms, the last first unless asked otherwise."""
        sent = call.parameters
        items = [
            item
            for name, alarm in self._store.alarms.items()
            if sent.get("AlarmName", name) == name
            for item in alarm.history
            if sent.get("HistoryItemType", item["HistoryItemType"]) == item["HistoryItemType"]
        ]
        ascending = sent.get("ScanBy") == "TimestampAscending"
        ordered = sorted(items, key=lambda item: item["Timestamp"], reverse=not ascending)
        return {"AlarmHistoryItems": ordered[: int(sent.get("MaxRecords", 100))]}

    def delete_alarms(self, call: Call) -> Mapping[str, Any]:
        """Nothing; the alarms are gone."""
        names = call.parameters["AlarmNames"]
        with self._store.lock:
            missing = [name for name in names if name not in self._store.alarms]
            if missing:
                raise ServiceError("ResourceNotFound", f"Alarms not found: {', '.join(missing)}")
            for name in names:
                del self._store.alarms[name]
        return {}

    def set_alarm_state(self, call: Call) -> Mapping[str, Any]:
        """Nothing; the alarm has the state until it is evaluated again."""
        sent = call.parameters
        alarm = self._store.alarm(sent["AlarmName"])
        if alarm.description["StateValue"] != sent["StateValue"]:
            data = sent.get("StateReasonData", "")
            self._store.change(alarm, sent["StateValue"], sent["StateReason"], data, self._store.clock.now())
        return {}

    def list_tags(self, call: Call) -> Answer:
        """The alarm's tags, or moto's answer for another resource."""
        alarm = self._store.by_arn(call.parameters["ResourceARN"])
        if alarm is None:
            return tuple(call.moto())
        return {"Tags": [{"Key": key, "Value": value} for key, value in alarm.tags.items()]}

    def tag(self, call: Call) -> Answer:
        """Nothing; the alarm has the tags."""
        alarm = self._store.by_arn(call.parameters["ResourceARN"])
        if alarm is None:
            return tuple(call.moto())
        alarm.tags.update({tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]})
        return {}

    def untag(self, call: Call) -> Answer:
        """Nothing; the alarm no longer has the tags."""
        alarm = self._store.by_arn(call.parameters["ResourceARN"])
        if alarm is None:
            return tuple(call.moto())
        for key in call.parameters["TagKeys"]:
            alarm.tags.pop(key, None)
        return {}

    def _switch_actions(self, call: Call, enabled: bool) -> Mapping[str, Any]:
        for name in call.parameters["AlarmNames"]:
            self._store.alarm(name).description["ActionsEnabled"] = enabled
        return {}


def _as_moto(moment: datetime) -> datetime:
    """The time, UTC, without saying so, as moto reads times and compares them."""
    return moment.replace(tzinfo=None)
