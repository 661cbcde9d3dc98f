"""A stack as an operation asks for it: template and settings together, resource by resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local_aws.cloudformation import parameters, references
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.intrinsics import NO_VALUE, Evaluator, as_text
from local_aws.cloudformation.references import Reference
from local_aws.cloudformation.resources import RESOURCE_TYPES
from local_aws.cloudformation.resources.model import faults
from local_aws.cloudformation.state import Region, Resource, Settings
from local_aws.cloudformation.template import Template


@dataclass(frozen=True)
class Blueprint:
    """What a stack shall be.

    Attributes:
        region: Where it lies, with the exports of its neighbours.
        stack_id: The stack's ARN.
        stack_name: The stack's name.
        template: The parsed template, found sound.
        settings: Parameters, tags and the rest of the request.
    """

    region: Region
    stack_id: str
    stack_name: str
    template: Template
    settings: Settings

    def evaluator(self, of_resource: Callable[[Reference], str]) -> Evaluator:
        """What resolves the template's expressions.

        Args:
            of_resource: The value of a reference to a resource.
        """
        china = self.region.partition == "aws-cn"
        return Evaluator(
            template=self.template,
            parameters=parameters.typed(self.template.parameters, self.settings.parameters),
            pseudo={
                "AWS::AccountId": self.region.account_id,
                "AWS::NotificationARNs": self.settings.notification_arns,
                "AWS::Partition": self.region.partition,
                "AWS::Region": self.region.name,
                "AWS::StackId": self.stack_id,
                "AWS::StackName": self.stack_name,
                "AWS::URLSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
            },
            exports={name: value for name, (value, _) in self.region.exports().items()},
            of_resource=of_resource,
        )

    @cached_property
    def depends_on(self) -> dict[str, list[str]]:
        """For each resource whose condition holds what it needs, in the order of creation.

        Raises:
            ServiceError: Resources need each other in a circle.
        """
        conditions = self.evaluator(_no_resource)
        active = [
            name
            for name, resource in self.template.resources.items()
            if "Condition" not in resource or conditions.holds(resource["Condition"])
        ]
        needs: dict[str, list[str]] = {}
        for name in active:
            resource = self.template.resources[name]
            declared = resource.get("DependsOn") or []
            named = {declared} if isinstance(declared, str) else set(declared)
            named |= {
                reference.name
                for reference in references.references(resource.get("Properties") or {}, conditions.holds)
            }
            needs[name] = sorted(named & set(self.template.resources))
        return {name: needs[name] for name in references.in_order(needs)}

    def wish(self, logical_id: str, evaluator: Evaluator) -> Resource:
        """A resource as the template has it: resolved, without physical id and status.

        Raises:
            ServiceError: An expression has no value, or one that its property does not take.
        """
        declared = self.template.resources[logical_id]
        kind = RESOURCE_TYPES[declared["Type"]]
        properties = evaluator.resolve(declared.get("Properties") or {})
        if properties is NO_VALUE:
            properties = {}
        for fault in faults(kind.properties, properties):
            problem = "required key not found" if fault.missing else "extraneous key or value of another form"
            where = f"resource {logical_id} ({kind.name})"
            raise invalid(f"Properties validation failed for {where}: {problem}: {fault.path}")
        own = properties.pop("Tags", []) if kind.taggable else []
        tags = {**self.settings.tags, **{tag["Key"]: as_text(tag["Value"]) for tag in own}}
        kept = ("DeletionPolicy", "UpdateReplacePolicy", "Metadata")
        return Resource(
            logical_id=logical_id,
            type=kind.name,
            properties=properties,
            tags=tags if kind.taggable else {},
            depends_on=self.depends_on[logical_id],
            policies={name: declared[name] for name in kept if name in declared},
        )

    def outputs(self, evaluator: Evaluator) -> list[dict[str, Any]]:
        """The outputs whose condition holds, in DescribeStacks' form.

        Raises:
            ServiceError: A value is no text, or another stack exports the same name.
        """
        outputs = []
        for name, declared in self.template.outputs.items():
            if "Condition" in declared and not evaluator.holds(declared["Condition"]):
                continue
            value = evaluator.resolve(declared["Value"])
            if isinstance(value, list | dict) or value is NO_VALUE:
                raise invalid(
                    f"Template format error: Output {name} is malformed. Its Value must be a string"
                )
            output = {"OutputKey": name, "OutputValue": as_text(value)}
            if "Description" in declared:
                output["Description"] = declared["Description"]
            if "Export" in declared:
                output["ExportName"] = self._export_name(evaluator, declared["Export"])
            outputs.append(output)
        return outputs

    def _export_name(self, evaluator: Evaluator, export: Any) -> str:
        name = as_text(evaluator.resolve(export.get("Name", "")))
        _, holder = self.region.exports().get(name, ("", None))
        if holder is not None and holder.stack_id != self.stack_id:
            raise invalid(f"Export with name {name} is already exported by stack {holder.name}")
        return name


def _no_resource(reference: Reference) -> str:
    raise invalid(f"Unresolved dependencies [{reference.name}]. Cannot reference resources in conditions")
