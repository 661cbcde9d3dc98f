"""CloudWatch alarms that are evaluated: after every `PutMetricData`, and when somebody says what time it is.

Metrics are kept by moto too, which answers `GetMetricData`, `GetMetricStatistics` and `ListMetrics`; alarms
are kept here. A change of an alarm's state goes into its history, to its SNS actions, and as an event of
the source `aws.cloudwatch` to EventBridge's rules.

- `evaluation.py`: when an alarm changes its state, a pure function.
- `store.py`: alarms, datapoints, changes. `operations.py`: the API. `shapes.py`: how CloudWatch spells
  things.

Refused: alarms on metric math, percentiles, anomaly bands; composite alarms; actions other than SNS topics.
"""

from __future__ import annotations

from local_aws import moto_seams
from local_aws.cloudwatch.operations import AlarmOperations
from local_aws.cloudwatch.store import AlarmMemory, AlarmStore

__all__ = ["AlarmMemory", "AlarmStore", "install"]


def install(store: AlarmStore) -> None:
    """The operations on alarms are answered from a store."""
    for operation, answer in AlarmOperations(store).operations().items():
        moto_seams.replace_action("cloudwatch", operation, answer)
