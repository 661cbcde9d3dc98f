"""Operations that are answered here instead of by moto: handlers, refusals, and the way of a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.responses import ActionResult, BaseResponse

from local_aws.errors import ServiceError
from local_aws.shapes import answer_faults, parameter_faults, service_model


@dataclass(frozen=True)
class Call:
    """One call of an AWS operation.

    Attributes:
        service: botocore's name of the service, such as `sagemaker`.
        operation: The operation, such as `StartPipelineExecution`.
        parameters: The call's parameters in botocore's spelling.
        region: The region that the client signed for.
        account_id: The account that the credentials belong to.
        moto: Runs moto's own implementation; its result may be returned by a handler as it is.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    region: str
    account_id: str
    moto: Callable[[], Any]


Handler = Callable[[Call], Mapping[str, Any] | tuple[Any, ...]]

Gatekeeper = Callable[[str, str, Mapping[str, Any], str], None]
"""Gets service, operation, parameters and user agent of a call before all else; may raise `ServiceError`."""

_handlers: dict[tuple[str, str], Handler] = {}
_refused: set[tuple[str, str]] = set()
_gatekeepers: list[Gatekeeper] = []
_motos_call_action = BaseResponse.call_action


def replace_action(service: str, operation: str, handler: Handler) -> None:
    """From now until `reset()` the operation is answered by the handler.

    Args:
        service: botocore's name of the service, such as `sagemaker`, `lambda` or `cloudformation`.
        operation: The operation as AWS spells it, such as `ListPipelineExecutionSteps`.
        handler: Gets the `Call`; a later handler of the same operation takes the place of an earlier one.
    """
    _handlers[service, operation] = handler
    _refused.discard((service, operation))


def ask_before(gatekeeper: Gatekeeper) -> None:
    """From now until `reset()` the gatekeeper is asked before each operation.

    Args:
        gatekeeper: Its `ServiceError` is the operation's answer.
    """
    _gatekeepers.append(gatekeeper)


def ask(service: str, operation: str, parameters: Mapping[str, Any], agent: str) -> None:
    """Every gatekeeper has been asked; a `ServiceError` of one is raised."""
    for gatekeeper in _gatekeepers:
        gatekeeper(service, operation, parameters, agent)


def refuse_action(service: str, operation: str, instead: str) -> None:
    """From now until `reset()` the operation is an error, where moto would only pretend to do it.

    Args:
        service: botocore's name of the service.
        operation: The operation.
        instead: What the local AWS does.
    """

    def refuse(_: Call) -> Mapping[str, Any]:
        raise ServiceError("NotImplemented", f"The local AWS does not do {service} {operation}: {instead}")

    _handlers[service, operation] = refuse
    _refused.add((service, operation))


def answered() -> dict[tuple[str, str], bool]:
    """Each operation that is not moto's, by service and name, and whether it is done rather than refused."""
    return {key: key not in _refused for key in _handlers}


def reset() -> None:
    """All of moto's services are empty, and no operation has a handler of ours."""
    _handlers.clear()
    _refused.clear()
    _gatekeepers.clear()
    BackendDict.reset()
    reset_model_data()


def call_action(response: Any) -> Any:
    """The answer of our handler where there is one, else moto's, with its gaps turned into clear errors."""
    operation = str(response._get_action())
    service = str(response.boto3_service_name)
    handler = _handlers.get((service, operation))
    answer: Any
    try:
        if handler is not None or _gatekeepers:
            response.parse_parameters(response.normalized_request)
        agent = str(response.headers.get("User-Agent", ""))
        ask(service, operation, response.params if _gatekeepers else {}, agent)
        if handler is None:
            return _by_moto(response, service, operation)
        response.params = dict(response.params)  # the handler may change what moto gets
        call = Call(
            service=service,
            operation=operation,
            parameters=response.params,
            region=response.region,
            account_id=response.current_account,
            moto=lambda: _by_moto(response, service, operation),
        )
        faults = parameter_faults(service, operation, call.parameters)
        if faults:
            raise ServiceError("ValidationException", faults)
        answer = handler(call)
        if isinstance(answer, Mapping):
            misfits = answer_faults(service, operation, answer)
            if misfits:  # a bug of ours: no client may come to rely on it
                message = f"The local AWS answered what AWS cannot: {misfits}"
                raise ServiceError("InternalFailure", message, 500)
    except ServiceError as error:
        answer = error
    if isinstance(answer, tuple):
        return answer
    # They bring moto's own objects into AWS's form; our answers are in it already.
    response.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}
    status, headers, body = response.serialized(ActionResult(answer))
    if isinstance(answer, ServiceError):
        status = answer.status if answer.status != 400 else status
    if isinstance(answer, Mapping):
        # moto's serializer leaves out members that are the HTTP status, such as that of Lambda's Invoke.
        output: Any = service_model(service).operation_model(operation).output_shape
        members = output.members.items() if output is not None else ()
        named = [name for name, shape in members if shape.serialization.get("location") == "statusCode"]
        status = next((answer[name] for name in named if name in answer), status)
    return status, *response._enrich_response(headers, body)


def _by_moto(response: Any, service: str, operation: str) -> Any:
    try:
        return _motos_call_action(response)
    except NotImplementedError as error:
        message = f"The local AWS does not do {service} {operation}: {error}"
        raise ServiceError("NotImplemented", message) from error
