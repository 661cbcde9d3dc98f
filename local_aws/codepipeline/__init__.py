"""CodePipeline that runs: source, build, change sets, functions, approvals, one execution in a stage.

- `pipelines.py`, `executions.py`, `interventions.py`: the operations. `store.py`: what is kept. `views.py`:
  what `GetPipelineState` shows of it.
- `declaration.py`: what a pipeline must be, and what of it is not done.
- `starts.py`, `runner.py`: an execution from its start to its end, stage by stage. `variables.py`,
  `artifacts.py`: what its actions hand on.
- `actions/`: the kinds of actions, a table.
- `repositories.py`, `watcher.py`: local git repositories in the place of hosted ones, and their commits.

Faithful: run order and actions side by side, one execution in a stage, superseding and queueing,
transitions, approvals with tokens and their message to a topic, rejection, stop with and without
abandoning, retry of a stage, variables, empty change sets as successes, functions with continuation tokens,
the execution at a pipeline's creation. Partial: an execution that EventBridge starts says
`StartPipelineExecution` of its trigger; executions in flight go on as they were declared when the pipeline
is updated; only the last version of a pipeline is kept; a function that ends without an answer fails at
once; approvals never expire; roles are not assumed; what runs when the local AWS ends is stopped, and can
be retried once it has been started again from its saved state; times are the machine's, however far the
clock has been moved. Refused: mode PARALLEL, triggers, stage conditions, other kinds of actions, actions of
other regions, source overrides, rollback, webhooks, custom actions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol

from local_aws import moto_seams
from local_aws.codepipeline.executions import ExecutionOperations
from local_aws.codepipeline.interventions import InterventionOperations
from local_aws.codepipeline.pipelines import PipelineOperations
from local_aws.codepipeline.repositories import Repositories, RepositoryError
from local_aws.codepipeline.runner import Runner
from local_aws.codepipeline.starts import Starts
from local_aws.codepipeline.store import Store
from local_aws.codepipeline.watcher import Watcher
from local_aws.shapes import service_model

__all__ = ["Repositories", "RepositoryError", "install"]


class Host(Protocol):
    """What CodePipeline needs of the local AWS around it."""

    repositories: Repositories
    events: Any
    kept: Any

    @property
    def inside(self) -> Callable[[str], Any]:
        """Service to boto3 client."""


def install(aws: Host, stack: ExitStack) -> Callable[[], bool]:
    """Whether an action runs, to be asked; every operation is answered here, many by a refusal.

    Args:
        aws: The local AWS around.
        stack: Gets what is to be done at the end: executions are abandoned.
    """
    stores: dict[tuple[str, str], Store] = aws.kept.setdefault("codepipeline", {})

    def store_of(call: moto_seams.Call) -> Store:
        return stores.setdefault((call.region, call.account_id), Store(call.region, call.account_id))

    for pipeline in [each for store in stores.values() for each in store.pipelines.values()]:
        pipeline.woken()
    starts = Starts(Runner(aws.inside, aws.repositories))
    watcher = Watcher(aws.repositories, stores.values, starts, aws.events.publish)
    stack.callback(starts.runner.close)
    stack.callback(watcher.close)
    watcher.begin()
    done: dict[str, moto_seams.Handler] = {
        **PipelineOperations(store_of, starts).operations(),
        **ExecutionOperations(store_of, starts).operations(),
        **InterventionOperations(store_of).operations(),
    }
    for operation in service_model("codepipeline").operation_names:
        if operation in done:
            moto_seams.replace_action("codepipeline", operation, done[operation])
        else:
            moto_seams.refuse_action("codepipeline", operation, f"it does {', '.join(sorted(done))}")
    return lambda: starts.runner.busy
