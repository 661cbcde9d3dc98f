"""What a change of a stack does to rights: IAM statements added, widened, narrowed, removed. Pure.

The two texts of a policy say little to a reader; a right that is new says a lot, so these are called out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from deployment.release.template_values import Evaluation

Effect = Literal["added", "widened", "narrowed", "removed"]
_POLICIES: Final = frozenset({"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::SQS::QueuePolicy"})
_ROLE: Final = "AWS::IAM::Role"


@dataclass(frozen=True)
class RightsChange:
    """A statement that is added, widened, narrowed or removed.

    Attributes:
        effect: Which of these.
        where: The resource in the template, and the statement's Sid or number.
        says: What the statement allows or trusts; where it was there before, what is different about it.
    """

    effect: Effect
    where: str
    says: str

    @property
    def gives(self) -> bool:
        """Whether somebody may do more than before."""
        return self.effect in {"added", "widened"}


@dataclass(frozen=True)
class _Statement:
    effect: str
    who: frozenset[str]
    actions: frozenset[str]
    resources: frozenset[str]
    conditions: frozenset[str]

    def __str__(self) -> str:
        said = f"{self.effect} {', '.join(sorted(self.who) or sorted(self.actions))}"
        if self.who:
            said = f"{self.effect} {', '.join(sorted(self.who))} to {', '.join(sorted(self.actions))}"
        on = f" on {', '.join(sorted(self.resources))}" if self.resources else ""
        return said + on + (f" if {' and '.join(sorted(self.conditions))}" if self.conditions else "")


def rights(before: Evaluation | None, after: Evaluation) -> tuple[RightsChange, ...]:
    """The statements that change from `before` (None: no stack) to `after`, those that give rights first."""
    old = dict(_statements(before)) if before else {}
    new = dict(_statements(after))
    changes = [_change(where, old.get(where), new.get(where)) for where in [*new, *(old.keys() - new.keys())]]
    found = [change for change in changes if change is not None]
    return tuple(sorted(found, key=lambda change: (not change.gives, change.where)))


def _change(where: str, old: _Statement | None, new: _Statement | None) -> RightsChange | None:
    if old is None and new is not None:
        return RightsChange("narrowed" if new.effect == "Deny" else "added", where, str(new))
    if new is None and old is not None:
        if old.effect == "Deny":
            return RightsChange("widened", where, f"no longer {old}")
        return RightsChange("removed", where, str(old))
    if old == new or old is None or new is None:
        return None
    gained = _gained(old, new)
    if gained:
        return RightsChange("widened", where, gained)
    return RightsChange("narrowed", where, f"now {new}")


def _gained(old: _Statement, new: _Statement) -> str:
    """What the new statement allows that the old one did not; for a Deny what it no longer denies."""
    if new.effect == "Deny" or old.effect == "Deny":
        old, new = new, old
    parts = (
        ("", new.who - old.who),
        ("", new.actions - old.actions),
        ("on ", new.resources - old.resources),
        ("no longer only if ", old.conditions - new.conditions),
    )
    return "; ".join(f"{word}{', '.join(sorted(more))}" for word, more in parts if more)


def _statements(evaluation: Evaluation) -> Iterator[tuple[str, _Statement]]:
    for name, resource in evaluation.resources.items():
        given = resource.get("Properties", {})
        documents = [(name, given["PolicyDocument"])] if resource["Type"] in _POLICIES else []
        if resource["Type"] == _ROLE:
            documents = [(f"{name} trusts", given["AssumeRolePolicyDocument"])]
            documents += [
                (f"{name} {entry['PolicyName']}", entry["PolicyDocument"])
                for entry in given.get("Policies", [])
            ]
        for where, document in documents:
            for index, statement in enumerate(_list(document["Statement"])):
                yield f"{where} {statement.get('Sid', f'[{index}]')}", _statement(statement)


def _statement(statement: Mapping[str, Any]) -> _Statement:
    who = statement.get("Principal", {})
    conditions = statement.get("Condition", {})
    return _Statement(
        effect=str(statement["Effect"]),
        who=_texts([item for kind in who.values() for item in _list(kind)] if isinstance(who, dict) else who),
        actions=_texts(statement.get("Action", [])),
        resources=_texts(statement.get("Resource", [])),
        conditions=frozenset(
            f"{key} {operator} {_text(value)}"
            for operator, tests in conditions.items()
            for key, value in tests.items()
        ),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> frozenset[str]:
    return frozenset(_text(item) for item in _list(value))


def _text(value: Any) -> str:
    """A value of a statement; a reference to a resource as the resource's name."""
    match value:
        case str():
            return value
        case {"Fn::GetAtt": [str(resource), *_]} | {"Ref": str(resource)}:
            return resource
        case {"Fn::Sub": str(text)}:
            return text
        case _:
            return json.dumps(value)
