"""Deploys one stage of a batch scoring pipeline with drift detection, and runs it; the command line.

Arguments and the environment are read here and nowhere else. Everything that is done is in `deployment`; with
`--local` the AWS behind boto3 is `local_aws`, and nothing else differs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from deployment.aws import Aws, message_of
from deployment.clock import system_clock
from deployment.errors import DeploymentError, ObserveError
from deployment.s3uri import S3Uri
from deployment.stage.config import Config, Settings, load
from deployment.verbs import commands
from deployment.verbs.commands import Workplace
from deployment.verbs.report import Report
from deployment.verbs.screen import Screen
from pipeline_definition.errors import PipelineDefinitionError

ROOT = Path(__file__).resolve().parent
FINE, FOUND, COULD_NOT_RUN = 0, 1, 2
LOCAL_PROJECT = ROOT / "examples" / "flights"
LOCAL_REGION = "us-east-1"
# While a stage is parsed, before the local AWS has a bucket and a role.
_UNTIL_FOUNDATION = Settings(
    bucket="local-artifacts", pipeline_role_arn="arn:aws:iam::123456789012:role/local"
)


@dataclass(frozen=True)
class Target:
    """The AWS to deploy to, the stage for it, and the batches that go by a name."""

    aws: Aws
    config: Config
    batches: Mapping[str, str]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="deploy.py", description="Deploys one stage and runs it.")
    whole.add_argument("verb", nargs="?", choices=("plan", "apply", "start", "status"), default="apply")
    whole.add_argument("--stage", required=True, help="the stage, such as staging: stages/<stage>.json")
    whole.add_argument(
        "--project", type=Path, help="the project's folder; its stages/<stage>.json is laid over"
    )
    whole.add_argument("--plan", action="store_true", help="show the plan and change nothing")
    whole.add_argument(
        "--local", action="store_true", help="on this machine, without an AWS account; also runs it"
    )
    whole.add_argument("--start", action="store_true", help="run the pipeline after the deploy")
    whole.add_argument(
        "--batch", help="the batch to run on: an S3 address, or with --local one of the project's names"
    )
    whole.add_argument("--json", action="store_true", help="print one JSON object instead")
    whole.add_argument("--cache", type=Path, default=ROOT / ".cache", help="what was fetched and built once")
    whole.add_argument("--out", type=Path, default=ROOT / "out", help="where the run's files go")
    settings = whole.add_argument_group(
        "settings", "each above its environment variable, and that above the stage file"
    )
    settings.add_argument("--project-name", help="SAGEMAKER_PROJECT_NAME")
    settings.add_argument("--project-id", help="SAGEMAKER_PROJECT_ID")
    settings.add_argument("--region", help="AWS_REGION")
    settings.add_argument("--artifact-bucket", help="ARTIFACT_BUCKET")
    settings.add_argument("--pipeline-role-arn", help="SAGEMAKER_PIPELINE_ROLE_ARN")
    settings.add_argument("--evaluate-drift-function-arn", help="EVALUATE_DRIFT_FUNCTION_ARN")
    return whole


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """The exit code: 0 fine, 1 drift found or a deploy that failed, 2 could not run."""
    arguments = parser().parse_args(argv)
    console = Console(stderr=arguments.json, highlight=False)
    try:
        with _target(arguments, environment, Screen(console)) as target:
            report = _command(arguments, target, Screen(console))
    except (DeploymentError, PipelineDefinitionError) as error:
        print(f"deploy.py: {error}", file=sys.stderr)
        return error.exit_code if isinstance(error, DeploymentError) else COULD_NOT_RUN
    except (ClientError, BotoCoreError) as error:
        print(f"deploy.py: {message_of(error)}", file=sys.stderr)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        print("deploy.py: interrupted; the same command goes on where this one stopped", file=sys.stderr)
        return COULD_NOT_RUN
    if arguments.json:
        print(json.dumps(report.document(), indent=2, ensure_ascii=False))
    if report.fault:
        print(f"deploy.py: {report.fault}", file=sys.stderr)
        return COULD_NOT_RUN
    return FOUND if report.found_drift else FINE


def _command(arguments: argparse.Namespace, target: Target, screen: Screen) -> Report:
    config = target.config
    place = Workplace(
        aws=target.aws,
        clock=system_clock(),
        screen=screen,
        root=ROOT,
        cache=arguments.cache,
        out=arguments.out / ("local" if arguments.local else "aws") / config.stage_name,
    )
    if arguments.plan or arguments.verb == "plan":
        return commands.show_plan(config, place)
    if arguments.verb == "status":
        return commands.status(config, place)
    batch = _batch(arguments.batch, target)
    if arguments.verb == "start":
        return commands.run(config, batch, place, commands.deployed(config, place))
    starts = arguments.local or arguments.start
    return commands.deploy(config, place, run_on=batch if starts else None, again=arguments.local)


def _batch(asked: str | None, target: Target) -> S3Uri:
    if asked is None:
        return S3Uri.parse(next(iter(target.batches.values()), str(target.config.data_input)))
    try:
        return S3Uri.parse(target.batches.get(asked, asked))
    except ValueError as error:
        known = f"; known are {', '.join(target.batches)}" if target.batches else ""
        raise ObserveError(f"--batch: {error}{known}") from error


@contextmanager
def _target(
    arguments: argparse.Namespace, environment: Mapping[str, str], screen: Screen
) -> Iterator[Target]:
    settings = _settings(arguments, environment)
    if arguments.local:
        with _local(arguments, settings, screen) as target:
            yield target
        return
    settings = replace(settings, other_region=boto3.Session().region_name)
    config = load(arguments.stage, _files(arguments.stage, arguments.project), settings)
    yield Target(Aws(boto3.Session(region_name=config.region)), config, {})


@contextmanager
def _local(arguments: argparse.Namespace, settings: Settings, screen: Screen) -> Iterator[Target]:
    """The stage on this machine's own AWS, with the project set up in it."""
    import local_aws  # noqa: PLC0415 - moto takes a second to import, and only --local needs it

    project = arguments.project or LOCAL_PROJECT
    files = _files(arguments.stage, project)
    # What belongs to an account of AWS has no meaning here.
    own = replace(_UNTIL_FOUNDATION, project_name=settings.project_name, project_id=settings.project_id)
    own = replace(own, region=settings.region or LOCAL_REGION)
    config = load(arguments.stage, files, own)
    with ExitStack() as stack:
        try:
            aws = stack.enter_context(local_aws.running(region=config.region))
            screen.heading(f"Local AWS, {project}")
            foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", config.stage.project.name)
            batches = local_aws.set_up_project(aws, project, foundation, arguments.cache, screen.line)
        except local_aws.LocalAwsError as error:
            raise ObserveError(f"The local AWS can't be set up: {error}") from error
        own = replace(own, bucket=foundation.bucket, pipeline_role_arn=foundation.role_arn)
        yield Target(Aws(aws.session()), load(arguments.stage, files, own), batches)


def _settings(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Settings:
    return Settings(
        project_name=arguments.project_name or environment.get("SAGEMAKER_PROJECT_NAME"),
        project_id=arguments.project_id or environment.get("SAGEMAKER_PROJECT_ID"),
        region=arguments.region or environment.get("AWS_REGION"),
        bucket=arguments.artifact_bucket or environment.get("ARTIFACT_BUCKET"),
        pipeline_role_arn=arguments.pipeline_role_arn or environment.get("SAGEMAKER_PIPELINE_ROLE_ARN"),
        function_arn=arguments.evaluate_drift_function_arn or environment.get("EVALUATE_DRIFT_FUNCTION_ARN"),
    )


def _files(stage: str, project: Path | None) -> list[Path]:
    """The stage's file, and what the project lays over it where it does."""
    overlay = None if project is None else project / "stages" / f"{stage}.json"
    files = [ROOT / "stages" / f"{stage}.json"]
    return files if overlay is None or not overlay.is_file() else [*files, overlay]


if __name__ == "__main__":
    sys.exit(main())
