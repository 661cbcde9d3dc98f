"""Everything that the deploy raises when it can't go on.

One base class, caught once by `deploy.py`. A message says what happened, where (file and key path, resource,
S3 object), and what to do next. `exit_code` is the command's: 2 could not run, 1 a deploy that failed.
"""

from __future__ import annotations

from collections.abc import Sequence


class DeploymentError(Exception):
    """The deploy can't go on; nothing has been changed yet."""

    exit_code = 2


class ConfigError(DeploymentError):
    """A stage's files or settings have faults; all of them, each with its file and key path.

    Attributes:
        faults: One line each, at least one.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        """Takes the faults, in the order in which they are shown."""
        self.faults = tuple(faults)
        count = "a fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"The stage has {count}:\n" + "\n".join(f"  {fault}" for fault in self.faults))


class ObserveError(DeploymentError):
    """AWS lacks something that the deploy needs: credentials, a model package, a baseline, a bucket."""


class PlanError(DeploymentError):
    """The stack is in a state in which it can't be changed."""


class ReleaseError(DeploymentError):
    """The stage can't be made into a release that AWS would take."""


class ConfirmationError(DeploymentError):
    """The user did not agree to what the plan does; nothing was changed."""


class PackageError(DeploymentError):
    """A package of code or the numpy layer can't be built."""


class DeployError(DeploymentError):
    """The deploy began and failed; the message names the first resource that failed and why."""

    exit_code = 1


class InterruptedDeployError(DeploymentError):
    """The deploy was stopped from the keyboard; the message says what state it left and what to type next."""


class ExecutionError(DeploymentError):
    """A pipeline execution can't be started, or ended without a result."""
