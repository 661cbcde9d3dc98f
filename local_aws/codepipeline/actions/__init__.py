"""The kinds of actions that the local CodePipeline runs: `ACTIONS`, one row each.

A row's key is an action type's category, owner and provider. A new kind is one function from `Work` to
`Result` in a file of its own, and one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local_aws.codepipeline.actions.approval import APPROVAL
from local_aws.codepipeline.actions.build import BUILD
from local_aws.codepipeline.actions.change_sets import CHANGE_SETS
from local_aws.codepipeline.actions.function import FUNCTION
from local_aws.codepipeline.actions.source import CODE_COMMIT, CONNECTION, S3_OBJECT
from local_aws.codepipeline.actions.work import ActionKind

ACTIONS: Mapping[tuple[str, str, str], ActionKind] = MappingProxyType(
    {
        ("Approval", "AWS", "Manual"): APPROVAL,
        ("Build", "AWS", "CodeBuild"): BUILD,
        ("Deploy", "AWS", "CloudFormation"): CHANGE_SETS,
        ("Invoke", "AWS", "Lambda"): FUNCTION,
        ("Source", "AWS", "CodeCommit"): CODE_COMMIT,
        ("Source", "AWS", "CodeStarSourceConnection"): CONNECTION,
        ("Source", "AWS", "S3"): S3_OBJECT,
        ("Test", "AWS", "CodeBuild"): BUILD,
    }
)


def kind_of(action: Mapping[str, Any]) -> tuple[str, str, str]:
    """The key of an action's row."""
    kind = action["actionTypeId"]
    return kind["category"], kind["owner"], kind["provider"]


__all__ = ["ACTIONS", "ActionKind", "kind_of"]
