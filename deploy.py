"""Deploys one stage of a batch scoring pipeline with drift detection, and runs it; the command line.

Arguments and the environment are read here and nowhere else. Everything that is done is in `deployment`; with
`--local` the AWS behind boto3 is `local_aws`, and nothing else differs.
"""
# PYTHON_ARGCOMPLETE_OK: argcomplete looks for this word before it completes `python deploy.py`.

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment.aws import Aws, assumed, message_of
from deployment.clock import system_clock
from deployment.errors import DeploymentError, ObserveError
from deployment.s3uri import S3Uri
from deployment.stage.config import Config, load
from deployment.stage.mending import Surveyed, survey
from deployment.stage.settings import Settings
from deployment.verbs import approving, cicd, deploying, destroying, returning, running, synth
from deployment.verbs.arguments import NEEDS_A_PAST, as_found, complete, parse, typed
from deployment.verbs.doctor import doctor
from deployment.verbs.place import Workplace
from deployment.verbs.report import COULD_NOT_RUN, Report
from deployment.verbs.screen import LastingConsole, Screen, write_out
from deployment.verbs.status import status

ROOT = Path(__file__).resolve().parent
LOCAL_PROJECT = ROOT / "examples" / "flights"
LOCAL_REGION = "us-east-1"
# While a stage is parsed, before the local AWS has a bucket and a role.
_UNTIL_FOUNDATION = Settings(
    bucket="local-artifacts", pipeline_role_arn="arn:aws:iam::123456789012:role/local"
)


def _unregistered(name: str, _folder: Path) -> None:
    raise ObserveError(f"{name}: only the local AWS takes a git repository of this machine, with --local.")


@dataclass(frozen=True)
class Target:
    """The AWS to deploy to, the stages for it, and the batches that go by a name.

    Attributes:
        surveyed: The first stage with its faults, for the verb that wants to know them; else None.
        register: On the local AWS, makes a folder the git repository of a name.
        repository: There, an empty folder for one.
    """

    aws: Aws
    stages: Sequence[Config]
    batches: Mapping[str, str]
    surveyed: Surveyed | None = None
    register: Callable[[str, Path], None] = _unregistered
    repository: Path = ROOT


def main(argv: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """The exit code: 0 fine, 1 drift found or a deploy that failed, 2 could not run, 3 a plan to apply."""
    if "_ARGCOMPLETE" in environment:
        complete(environment["COMP_LINE"], ROOT)
    arguments = parse(sys.argv[1:] if argv is None else argv, ROOT)
    console = LastingConsole(stderr=arguments.json, highlight=False)
    try:
        with _target(arguments, environment, Screen(console)) as target:
            report = _command(arguments, target, Screen(console))
    except DeploymentError as error:
        print(f"deploy.py: {error}", file=sys.stderr)
        return error.exit_code
    except (ClientError, BotoCoreError) as error:
        print(f"deploy.py: {message_of(error)}", file=sys.stderr)
        return COULD_NOT_RUN
    except OSError as error:
        if error.filename is None:  # not about a file of the user's
            raise
        print(f"deploy.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        print("deploy.py: interrupted before anything was changed", file=sys.stderr)
        return COULD_NOT_RUN
    if arguments.json:
        write_out(json.dumps(report.document(), indent=2, ensure_ascii=False))
    if report.fault:
        print(f"deploy.py: {report.fault}", file=sys.stderr)
    return report.exit_code


def _command(arguments: argparse.Namespace, target: Target, screen: Screen) -> Report:
    config = target.stages[0]
    place = _place(arguments, config, target.aws, screen)
    verbs: dict[str, Callable[[], Report]] = {
        "plan": lambda: deploying.show_plan(config, place),
        "apply": lambda: _apply(arguments, target, place),
        "start": lambda: _start(arguments, target, place),
        "status": lambda: status(config, place, runs=arguments.runs),
        "approve": lambda: _answer(arguments, config, place, "Approved"),
        "reject": lambda: _answer(arguments, config, place, "Rejected"),
        "rollback": lambda: returning.rollback(config, place, to=arguments.to, agreed=arguments.yes),
        "destroy": lambda: destroying.destroy(
            config, place, keep_runs=arguments.keep_runs, agreed=arguments.yes
        ),
        "synth": lambda: _synth(arguments, target, screen),
        "cicd": lambda: _cicd(arguments, target, place),
        "doctor": lambda: doctor(target.surveyed or Surveyed(config), place),
    }
    return verbs[arguments.verb]()


def _start(arguments: argparse.Namespace, target: Target, place: Workplace) -> Report:
    parameters = running.parameters_of(arguments.parameter)
    parameters.setdefault(running.DATA, str(_batch(arguments, target)))
    return running.start(target.stages[0], parameters, place, wait=arguments.wait)


def _answer(
    arguments: argparse.Namespace, config: Config, place: Workplace, verdict: approving.Verdict
) -> Report:
    return approving.answer(config, place, verdict, why=arguments.summary, agreed=arguments.yes)


def _synth(arguments: argparse.Namespace, target: Target, screen: Screen) -> Report:
    stages = [
        synth.ToRender(one, _place(arguments, one, target.aws, screen), _lock(arguments, one.stage_name))
        for one in target.stages
    ]
    return synth.synth(stages, arguments.output, locks=arguments.lock)


def _cicd(arguments: argparse.Namespace, target: Target, place: Workplace) -> Report:
    project = arguments.project or LOCAL_PROJECT
    batch = _batch(arguments, target)
    ground = cicd.Ground(project, batch, target.repository, target.register, arguments.then)
    return cicd.cicd(target.stages[0], place, ground, agreed=arguments.yes)


def _apply(arguments: argparse.Namespace, target: Target, place: Workplace) -> Report:
    config = target.stages[0]
    if arguments.plan:
        return deploying.show_plan(config, place)
    if arguments.wait:
        deploying.wait_for_others(config, place)
    batch = _batch(arguments, target) if arguments.local or arguments.start else None
    # Nobody needs to be asked about an AWS that is gone when the command ends.
    agreed = arguments.yes or arguments.local
    return deploying.deploy(config, place, run_on=batch, again=arguments.local, agreed=agreed)


def _place(arguments: argparse.Namespace, config: Config, aws: Aws, screen: Screen) -> Workplace:
    return Workplace(
        aws=_aws_of(config, aws),
        clock=system_clock(),
        screen=screen,
        ask=_ask if sys.stdin.isatty() else None,
        root=ROOT,
        cache=arguments.cache,
        out=arguments.out / ("local" if arguments.local else "aws") / config.stage_name,
    )


def _aws_of(config: Config, aws: Aws) -> Aws:
    """The AWS in the stage's region, as the role that the stage names or as it is."""
    if config.region != aws.region:
        aws = Aws(boto3.Session(region_name=config.region))
    role = config.stage.aws.role_arn
    return aws if role is None else Aws(assumed(aws.session, role, config.stage.aws.external_id))


def _ask(question: str) -> str:
    """The line that somebody answered with; nothing where the input ended."""
    print(question, end="", file=sys.stderr, flush=True)
    answered = False
    try:
        line = sys.stdin.readline()
        answered = line.endswith("\n")
    finally:
        if not answered:  # Ctrl-C or Ctrl-D: what comes next begins on a line of its own
            print(file=sys.stderr)
    return line


def _batch(arguments: argparse.Namespace, target: Target) -> S3Uri:
    asked: str | None = arguments.batch
    if asked is None:
        return S3Uri.parse(next(iter(target.batches.values()), str(target.stages[0].data_input)))
    try:
        return S3Uri.parse(target.batches.get(asked, asked))
    except ValueError as error:
        known = f"; known are {', '.join(target.batches)}" if target.batches else ""
        raise ObserveError(f"{arguments.batch_flag}: {error}{known}") from error


@contextmanager
def _target(
    arguments: argparse.Namespace, environment: Mapping[str, str], screen: Screen
) -> Iterator[Target]:
    settings = _settings(arguments, environment)
    if arguments.verb == "cicd" and not arguments.local:
        raise ObserveError(
            "cicd shows the release pipeline on this machine: give --local. docs/deploy.md says how to "
            "deploy cfn/cicd.yaml to an account."
        )
    if arguments.local:
        with _local(arguments, settings, screen) as target:
            yield target
        return
    if arguments.project is not None and not arguments.project.is_dir():
        raise ObserveError(f"--project {arguments.project}: there is no such folder.")
    settings = replace(settings, other_region=boto3.Session().region_name)
    surveyed = _surveyed(arguments, arguments.project, settings)
    stages = _loaded(arguments, arguments.project, settings, surveyed)
    yield Target(Aws(boto3.Session(region_name=stages[0].region)), stages, {}, surveyed)


def _surveyed(arguments: argparse.Namespace, project: Path | None, settings: Settings) -> Surveyed | None:
    """The stage with its faults, for the one verb that goes on in spite of them."""
    if arguments.verb != "doctor":
        return None
    name = _stages(arguments)[0]
    return survey(name, _files(name, project), settings)


def _loaded(
    arguments: argparse.Namespace, project: Path | None, settings: Settings, surveyed: Surveyed | None
) -> list[Config]:
    if surveyed is not None:
        return [surveyed.config]
    return [load(name, _files(name, project), settings) for name in _stages(arguments)]


@contextmanager
def _local(arguments: argparse.Namespace, settings: Settings, screen: Screen) -> Iterator[Target]:
    """The stages on this machine's own AWS, with the project set up in it."""
    if arguments.verb in NEEDS_A_PAST:
        raise ObserveError(
            f"With --local each command has an AWS of its own that is empty at first, so there is nothing to "
            f"{arguments.verb}: start one that stays with `python -m local_aws serve`, set AWS_ENDPOINT_URL "
            "as it says, and leave --local out."
        )
    import local_aws  # noqa: PLC0415 - moto takes a second to import, and only --local needs it

    project = arguments.project or LOCAL_PROJECT
    # What belongs to an account of AWS has no meaning here.
    own = replace(_UNTIL_FOUNDATION, project_name=settings.project_name, project_id=settings.project_id)
    own = replace(own, region=settings.region or LOCAL_REGION, today=settings.today)
    own = replace(own, project=as_found(project, ROOT))
    config = _loaded(arguments, project, own, _surveyed(arguments, project, own))[0]
    with ExitStack() as stack:
        repository = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="release-")))
        try:
            aws = stack.enter_context(local_aws.running(region=config.region))
            screen.heading(f"Local AWS, {project}")
            foundation = aws.deploy_foundation(ROOT / "cfn" / "foundation.yaml", config.stage.project.name)
            batches = local_aws.set_up_project(aws, project, foundation, arguments.cache, screen.line)
        except local_aws.LocalAwsError as error:
            raise ObserveError(f"The local AWS can't be set up: {error}") from error
        own = replace(own, bucket=foundation.bucket, pipeline_role_arn=foundation.role_arn)
        surveyed = _surveyed(arguments, project, own)
        stages = _loaded(arguments, project, own, surveyed)
        yield Target(Aws(aws.session()), stages, batches, surveyed, aws.repositories.add, repository)


def _settings(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Settings:
    return Settings(
        project_name=arguments.project_name or environment.get("SAGEMAKER_PROJECT_NAME"),
        project_id=arguments.project_id or environment.get("SAGEMAKER_PROJECT_ID"),
        region=arguments.region or environment.get("AWS_REGION"),
        bucket=arguments.artifact_bucket or environment.get("ARTIFACT_BUCKET"),
        pipeline_role_arn=arguments.pipeline_role_arn or environment.get("SAGEMAKER_PIPELINE_ROLE_ARN"),
        function_arn=arguments.evaluate_drift_function_arn or environment.get("EVALUATE_DRIFT_FUNCTION_ARN"),
        today=datetime.now(timezone.utc).date(),
        typed=typed(arguments),
        project=None if arguments.project is None else as_found(arguments.project, ROOT),
    )


def _stages(arguments: argparse.Namespace) -> list[str]:
    """The stage that was asked for, or all that this checkout has."""
    if arguments.stage is not None:
        return [arguments.stage]
    files = sorted((ROOT / "stages").glob("*.json"))
    return [file.stem for file in files if not file.name.endswith((".lock.json", ".thresholds.json"))]


def _files(stage: str, project: Path | None) -> list[Path]:
    """The stage's file, and what the project lays over it where it does."""
    overlay = None if project is None else project / "stages" / f"{stage}.json"
    files = [ROOT / "stages" / f"{stage}.json"]
    return files if overlay is None or not overlay.exists() else [*files, overlay]


def _lock(arguments: argparse.Namespace, stage: str) -> Path:
    return (arguments.project or ROOT) / "stages" / f"{stage}.lock.json"


if __name__ == "__main__":
    sys.exit(main())
