"""The private parts of moto that are used, each by its name: `SEAMS`.

moto promises nothing about these, so it is pinned, and a test checks every row: where a new version
renames or changes one, the row says what stops working.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import moto

from local_aws.errors import LocalAwsError

MOTO_VERSION = "5.2.5"

SEAMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "moto.core.responses:BaseResponse.call_action": ("self", "any operation that is answered here"),
        "moto.core.responses:BaseResponse._get_action": ("self", "which operation is called"),
        "moto.core.responses:BaseResponse.parse_parameters": ("self, request", "an operation's parameters"),
        "moto.core.responses:BaseResponse.serialized": ("self, action_result", "the form of our answers"),
        "moto.core.responses:BaseResponse._enrich_response": ("headers, body", "the headers of our answers"),
        "moto.core.responses:ActionResult": ("result", "the form of our answers"),
        "moto.core.common_models:BaseModel.__new__": ("cls, *args, **kwargs", "flat memory"),
        "moto.core.base_backend:BackendDict.reset": ("", "an empty start"),
        "moto.core.base_backend:BackendDict._instances": ("", "saved states"),
        "moto.core.base_backend:AccountSpecificBackend.get_session": ("", "independence of AWS_PROFILE"),
        "moto.core.exceptions:JsonRESTError": ("*", "errors of Lambda"),
        "moto.backends:get_backend": ("name", "what moto keeps of a service"),
        "moto.moto_server.werkzeug_app:BackendRequest": ("*", "CloudFormation without moto's part"),
        "moto.s3.models:FakeMultipart": ("*", "flat memory"),
        "moto.core.model_instances:reset_model_data": ("", "an empty start"),
        "moto.core.utils:Session": ("*", "independence of AWS_PROFILE"),
        "moto.core.utils:convert_to_flask_response": ("callback", "CloudFormation without moto's part"),
        "moto.core.errors:COMMON_ERROR_CODES": ("", "the error code NotImplemented"),
        "moto.awslambda.models:LambdaFunction._invoke_lambda": ("self, event", "functions that SNS invokes"),
        "moto.events.models:EventPattern.load": ("raw_pattern", "rules with a pattern"),
        "moto.events.models:EventPattern.matches_event": ("self, event", "rules with a pattern"),
        "moto.cloudwatch.models:CloudWatchBackend.put_metric_data": (
            "self, namespace, metric_data",
            "metrics",
        ),
        "moto.s3.models:FakeBucket.get_permission": ("self, action, resource", "buckets with a policy"),
        "moto.s3.notifications:_send_event_bridge_message": (
            "account_id, bucket, event_name, key",
            "events of buckets",
        ),
        "moto.s3.models:FakeKey.__getstate__": ("self", "saved states"),
        "moto.s3.models:s3_backends.bucket_accounts": ("", "saved states"),
        "moto.s3.responses:S3Response._bucket_response": ("self, request, full_url", "faults of S3"),
        "moto.s3.responses:S3Response._key_response": ("self, request, full_url", "faults of S3"),
        "moto.moto_server.werkzeug_app:DomainDispatcherApplication.get_backend_for_host": (
            "self, host",
            "a clear answer for a service that moto lacks",
        ),
        "moto.moto_server.werkzeug_app:create_backend_app": ("service", "the HTTP endpoint"),
        "moto.moto_server.werkzeug_app:MotoRequestHandler": ("*", "the HTTP endpoint"),
    }
)
"""`module:attribute` to its parameters (`*`: not looked at, nothing: no function) and what relies on it."""


def check_version() -> None:
    """Nothing, or a `LocalAwsError` where the installed moto is another than this file was written for."""
    if moto.__version__ != MOTO_VERSION:
        wanted = f"moto=={MOTO_VERSION}"
        message = f"{wanted} is needed, {moto.__version__} is installed: run pip install {wanted}"
        raise LocalAwsError(message)
