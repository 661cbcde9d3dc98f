from __future__ import annotations

from pathlib import Path

from local_aws import Options, running
from tests.unit.local_aws.codepipeline.pipelines import approval, created, decide, pending, start, status
from tests.unit.local_aws.codepipeline.releases import ended


def test_a_pipeline_survives_a_restart_and_what_waited_in_it_can_be_retried(tmp_path: Path) -> None:
    state = Options(state=tmp_path / "state")
    with running(options=state) as aws:
        name, execution = created(aws, [approval()])
        decide(aws, name)
        assert ended(aws, execution, name) == "Succeeded"
        second = start(aws, name)
        pending(aws, name)
    with running(options=state) as aws:
        assert status(aws, name, execution) == "Succeeded"
        assert status(aws, name, second) == "Stopped"
        aws.client("codepipeline").retry_stage_execution(
            pipelineName=name, stageName="Stage1", pipelineExecutionId=second, retryMode="ALL_ACTIONS"
        )
        decide(aws, name)
        assert ended(aws, second, name) == "Succeeded"
