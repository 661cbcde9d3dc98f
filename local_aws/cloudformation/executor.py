"""Stacks made, updated and deleted in the order of their dependencies, rolled back when something fails."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from local_aws.cloudformation import planning
from local_aws.cloudformation.background import Work
from local_aws.cloudformation.blueprint import Blueprint
from local_aws.cloudformation.errors import invalid
from local_aws.cloudformation.intrinsics import Evaluator
from local_aws.cloudformation.journal import Journal
from local_aws.cloudformation.references import Reference, in_order
from local_aws.cloudformation.state import Resource, Rollback, Stack
from local_aws.cloudformation.steps import ResourceError, Steps
from local_aws.errors import ServiceError


@dataclass
class _Undo:
    """What an update has done so far, to be taken back: what was there before and what is there now."""

    done: list[tuple[Resource | None, Resource]] = field(default_factory=list)
    superseded: list[Resource] = field(default_factory=list)


class Executor:
    """Runs the operations of one stack: each sets the stack's status and returns what is left to do.

    Attributes:
        stack: The stack; its statuses, resources and outputs are written as the operation goes.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._journal: Journal = steps.journal
        self.stack: Stack = steps.stack

    @property
    def journal(self) -> Journal:
        """Writes the stack's statuses and events."""
        return self._journal

    def create(self, blueprint: Blueprint) -> Work:
        """The stack is in progress; then `CREATE_COMPLETE`, or what `on_failure` says after a failure."""
        self.stack.settings = blueprint.settings
        self.stack.description = blueprint.template.description
        self._journal.stack_is("CREATE_IN_PROGRESS", "User Initiated")
        return partial(self._create, blueprint)

    def _create(self, blueprint: Blueprint) -> None:
        evaluator = self._evaluator(blueprint)
        try:
            for logical_id in blueprint.depends_on:
                self._steps.make(self._wish(blueprint, logical_id, evaluator))
            self._finish(blueprint, evaluator)
        except ResourceError as failure:
            self._create_failed(failure)
            return
        self._journal.stack_is("CREATE_COMPLETE")

    def _create_failed(self, failure: ResourceError) -> None:
        reason = _failed("create", failure)
        if self.stack.on_failure == "DO_NOTHING":
            self._journal.stack_is("CREATE_FAILED", reason)
            return
        verb = "DELETE" if self.stack.on_failure == "DELETE" else "ROLLBACK"
        self._journal.stack_is(f"{verb}_IN_PROGRESS", f"{reason}Rollback requested by user.")
        failed = self._remove_all(self.stack.resources.values(), keep=("Retain",))
        self._end(f"{verb}_FAILED" if failed else f"{verb}_COMPLETE", failed)

    def update(self, blueprint: Blueprint) -> Work:
        """The stack is in progress; then `UPDATE_COMPLETE`, or as it was and `UPDATE_ROLLBACK_COMPLETE`."""
        self.stack.updated = self._journal.clock()
        self._journal.stack_is("UPDATE_IN_PROGRESS", "User Initiated")
        return partial(self._update, blueprint)

    def _update(self, blueprint: Blueprint) -> None:
        journal, undo = self._journal, _Undo()
        evaluator = self._evaluator(blueprint)
        try:
            for logical_id in blueprint.depends_on:
                self._bring(self._wish(blueprint, logical_id, evaluator), undo)
            self._finish(blueprint, evaluator)
        except ResourceError as failure:
            self._update_failed(failure, undo, blueprint)
            return
        self.stack.settings = blueprint.settings
        self.stack.description = blueprint.template.description
        journal.stack_is("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        resources = self.stack.resources
        left = [resources[name] for name in resources if name not in blueprint.depends_on]
        self._remove_all([*undo.superseded, *left], keep=("Retain",), policy="UpdateReplacePolicy")
        for resource in left:
            del resources[resource.logical_id]
        journal.stack_is("UPDATE_COMPLETE")

    def _bring(self, wish: Resource, undo: _Undo) -> None:
        """The resource is as wished, by creation, change, replacement or nothing at all."""
        held = self.stack.resources.get(wish.logical_id)
        if held is None or not held.physical_id:
            undo.done.append((None, wish))
            self._steps.make(wish)
            return
        found = planning.differences(held, wish)
        if planning.replacement(found) == "True":
            undo.done.append((held, wish))
            self._steps.replace(held, wish)
            undo.superseded.append(held)
        elif any(difference.attribute in ("Properties", "Tags") for difference in found):
            undo.done.append((held, wish))
            self._steps.change(held, wish)
        else:
            undo.done.append((held, held))
            wish.physical_id, wish.attributes = held.physical_id, held.attributes
            wish.status, wish.reason, wish.updated = held.status, held.reason, held.updated
            self.stack.resources[wish.logical_id] = wish
            if found:
                self._journal.resource_is(wish, "UPDATE_COMPLETE")

    def _update_failed(self, failure: ResourceError, undo: _Undo, blueprint: Blueprint) -> None:
        journal, reason = self._journal, _failed("update", failure)
        if self.stack.on_failure == "DO_NOTHING":
            self.stack.settings = blueprint.settings
            journal.stack_is("UPDATE_FAILED", reason)
            return
        journal.stack_is("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        self._roll_back(Rollback(undo.done[::-1]))

    def continue_rollback(self, skip: Collection[str] = ()) -> Work:
        """The stack is in progress; then `UPDATE_ROLLBACK_COMPLETE`, or `UPDATE_ROLLBACK_FAILED` again.

        Args:
            skip: Logical ids of resources that count as rolled back, whatever they are.

        Raises:
            ServiceError: One of them is not what the rollback failed at.
        """
        rollback = self.stack.rollback or Rollback([])
        failed = [now.logical_id for _, now in rollback.left[:1]]
        if other := [name for name in skip if name not in failed]:
            raise invalid(
                f"[{', '.join(other)}] can not be skipped: of {self.stack.name} only "
                f"[{', '.join(failed)}] is in UPDATE_FAILED state because a rollback failed"
            )
        self._journal.stack_is("UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        if skip:
            before, now = rollback.left.pop(0)
            there = before or now
            self.stack.resources[there.logical_id] = there
            self._journal.resource_is(there, "UPDATE_COMPLETE")
        return partial(self._roll_back, rollback)

    def _roll_back(self, rollback: Rollback) -> None:
        journal, self.stack.rollback = self._journal, rollback
        try:
            while rollback.left:
                self._take_back(*rollback.left[0], rollback.made)
                del rollback.left[0]
        except ResourceError as failure:
            journal.stack_is("UPDATE_ROLLBACK_FAILED", _failed("update", failure))
            return
        journal.stack_is("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._remove_all(rollback.made)
        self.stack.rollback = None
        journal.stack_is("UPDATE_ROLLBACK_COMPLETE")

    def _take_back(self, before: Resource | None, now: Resource, made: list[Resource]) -> None:
        """The resource is as it was before; what has been made in the meantime is listed for removal."""
        resources = self.stack.resources
        if before is None:
            resources.pop(now.logical_id, None)
            if now.physical_id:
                made.append(now)
        elif now is before:
            resources[before.logical_id] = before
        elif now.physical_id == before.physical_id:
            self._steps.change(now, before)
        else:
            if now.physical_id:
                made.append(now)
            resources[before.logical_id] = before
            self._journal.resource_is(before, "UPDATE_COMPLETE")

    def delete(self, retain: Iterable[str] = ()) -> Work:
        """The stack is in progress; then `DELETE_COMPLETE`, or `DELETE_FAILED` with what is still there.

        Args:
            retain: Logical ids of resources that stay, beside those whose `DeletionPolicy` says so.
        """
        self._journal.stack_is("DELETE_IN_PROGRESS", "User Initiated")
        return partial(self._delete, frozenset(retain))

    def _delete(self, retain: frozenset[str]) -> None:
        region = self._steps.region
        for output in self.stack.outputs:
            users = region.importers(output["ExportName"]) if "ExportName" in output else []
            if users:
                names = " and ".join(stack.name for stack in users)
                reason = f"Cannot delete export {output['ExportName']} as it is in use by {names}."
                self._journal.stack_is("DELETE_FAILED", f"Delete canceled. {reason}")
                return
        resources = self.stack.resources.values()
        failed = self._remove_all(resources, keep=("Retain", "RetainExceptOnCreate"), named=retain)
        self._end("DELETE_FAILED" if failed else "DELETE_COMPLETE", failed)

    def _end(self, status: str, failed: list[str]) -> None:
        if status == "DELETE_COMPLETE":
            self.stack.outputs, self.stack.imports = [], []
            self.stack.deleted = self._journal.clock()
        names = ", ".join(failed)
        self._journal.stack_is(
            status, f"The following resource(s) failed to delete: [{names}]." if failed else ""
        )

    def _remove_all(
        self,
        resources: Iterable[Resource],
        keep: tuple[str, ...] = (),
        policy: str = "DeletionPolicy",
        named: frozenset[str] = frozenset(),
    ) -> list[str]:
        """Logical ids of those that could not be removed, or that something needs that could not be.

        Args:
            resources: What to remove, in the reverse order of dependencies.
            keep: Values of the policy with which a resource stays.
            policy: The policy of those that another one has replaced; the others' is `DeletionPolicy`.
            named: Logical ids of resources that stay whatever their policy.
        """
        there = [resource for resource in resources if resource.status != "DELETE_COMPLETE"]
        needs = {resource.logical_id: resource.depends_on for resource in there}
        order = list(reversed(in_order(needs)))
        failed: list[str] = []
        needed: set[str] = set()
        for resource in sorted(there, key=lambda resource: order.index(resource.logical_id)):
            replaced = self.stack.resources.get(resource.logical_id) is not resource
            stays = resource.policies.get(policy if replaced else "DeletionPolicy") in keep
            if not resource.physical_id:
                self._journal.resource_is(resource, "DELETE_COMPLETE")
            elif stays or resource.logical_id in named:
                self._journal.resource_is(resource, "DELETE_SKIPPED")
            elif resource.logical_id in needed:
                failed.append(resource.logical_id)
            else:
                try:
                    self._steps.remove(resource)
                except ResourceError:
                    failed.append(resource.logical_id)
            if resource.logical_id in failed:
                needed.update(resource.depends_on)
        return failed

    def _evaluator(self, blueprint: Blueprint) -> Evaluator:
        def of(reference: Reference) -> str:
            planning.require(blueprint, reference.name)
            return planning.value_of(self.stack.resources[reference.name], reference.attribute)

        return blueprint.evaluator(of)

    def _wish(self, blueprint: Blueprint, logical_id: str, evaluator: Evaluator) -> Resource:
        """The resource as wished; an expression that cannot be resolved is the resource's failure."""
        try:
            return blueprint.wish(logical_id, evaluator)
        except ServiceError as error:
            raise ResourceError(logical_id, error.message) from error

    def _finish(self, blueprint: Blueprint, evaluator: Evaluator) -> None:
        """The stack has its outputs, and its exports are as those that import them need them."""
        try:
            outputs = blueprint.outputs(evaluator)
            exported = {
                output["ExportName"]: output["OutputValue"] for output in outputs if "ExportName" in output
            }
            for output in self.stack.outputs:
                name = output.get("ExportName")
                if name and exported.get(name) != output["OutputValue"]:
                    users = [stack.name for stack in self._steps.region.importers(name)]
                    if users:
                        raise invalid(
                            f"Export {name} cannot be updated as it is in use by {', '.join(users)}"
                        )
        except ServiceError as error:
            raise ResourceError(self.stack.name, error.message) from error
        self.stack.outputs, self.stack.imports = outputs, sorted(evaluator.imported)


def _failed(verb: str, failure: ResourceError) -> str:
    return f"The following resource(s) failed to {verb}: [{failure.logical_id}]. {failure.reason} "
