"""Many callers at once, as a server has them."""

from __future__ import annotations

import json
import threading

from local_aws import Options, running

QUEUE = {"Type": "AWS::SQS::Queue"}


def test_twenty_callers_at_once_do_not_get_in_each_others_way() -> None:
    failed: list[str] = []
    with running(options=Options(asynchronous=True)) as aws:
        s3, cloudformation = aws.client("s3"), aws.client("cloudformation")
        cloudwatch = aws.client("cloudwatch")
        s3.create_bucket(Bucket="shared")

        def call(number: int) -> None:
            try:
                name = f"stack-{number}"
                cloudformation.create_stack(
                    StackName=name, TemplateBody=json.dumps({"Resources": {"A": QUEUE, "B": QUEUE}})
                )
                for count in range(5):
                    s3.put_object(Bucket="shared", Key=f"{number}/{count}", Body=b"x")
                    data = [{"MetricName": "m", "Value": count}]
                    cloudwatch.put_metric_data(Namespace="n", MetricData=data)
                wait = {"Delay": 0.1, "MaxAttempts": 300}
                cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=wait)
                cloudformation.delete_stack(StackName=name)
                cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=wait)
            except Exception as error:  # noqa: BLE001 - of a thread; shown below
                failed.append(f"{number}: {error!r}")

        threads = [threading.Thread(target=call, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(s3.list_objects_v2(Bucket="shared")["Contents"]) == 100
        assert cloudformation.describe_stacks()["Stacks"] == []
        assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
