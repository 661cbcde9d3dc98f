"""`aws`, as far as our pages use it: any operation of boto3, `--query`, and `cloudformation deploy`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]


def main(words: list[str]) -> int:
    """What the AWS CLI would do with these words, without its many ways to write a value."""
    service, operation, *rest = words
    options: dict[str, list[str]] = {}
    for word in rest:
        if word.startswith("--"):
            values = options.setdefault(word.removeprefix("--"), [])
        else:
            values.append(word)
    query = options.pop("query", ["@"])[0]
    options.pop("output", None)
    unchecked: Any = boto3
    client = unchecked.client(service)
    if (service, operation) == ("cloudformation", "deploy"):
        return _deploy(client, options)
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[_method(operation)])
    members = {_option(name): name for name in shape.input_shape.members}
    request = {members[name]: values[0] for name, values in options.items()}
    found = jmespath.search(query, getattr(client, _method(operation))(**request))
    sys.stdout.write("\t".join(map(str, found)) if isinstance(found, list) else f"{found}\n")
    return 0


def _deploy(client: Any, options: dict[str, list[str]]) -> int:
    pairs = [text.partition("=") for text in options["parameter-overrides"]]
    (name,) = options["stack-name"]
    client.create_stack(
        StackName=name,
        TemplateBody=Path(options["template-file"][0]).read_text(encoding="utf-8"),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, _, value in pairs],
        Capabilities=options["capabilities"],
    )
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    sys.stdout.write(f"Successfully created/updated stack - {name}\n")
    return 0


def _method(operation: str) -> str:
    return operation.replace("-", "_")


def _option(member: str) -> str:
    """`StackName` as `stack-name`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in member).lstrip("-")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
