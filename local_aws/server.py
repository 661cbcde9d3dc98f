"""The local AWS as a whole: started, handed out as sessions, stopped."""

from __future__ import annotations

import copy
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from local_aws import (
    cloudformation,
    cloudwatch,
    codebuild,
    codepipeline,
    emr_serverless,
    moto_seams,
    sagemaker,
    state_files,
)
from local_aws.clock import Clock
from local_aws.cloudwatch import AlarmMemory, AlarmStore
from local_aws.codepipeline import Repositories
from local_aws.emr_serverless import programs
from local_aws.errors import LocalAwsError
from local_aws.event_targets import FailedDelivery
from local_aws.events import EventMemory, Events
from local_aws.faults import INSIDE, Faults
from local_aws.lambda_runtime import LambdaRuntime
from local_aws.sessions import FAKE_KEY, session
from local_aws.state_folder import claimed
from local_aws.timeline import Timeline

ACCOUNT_ID = "123456789012"  # moto's account of credentials that it does not know

_running = threading.Lock()


@dataclass(frozen=True)
class Foundation:
    """What a deployment finds in a real account: the outputs of the foundation stack.

    Attributes:
        bucket: The artifact bucket's name.
        role_arn: The ARN of the role that pipeline steps run as.
    """

    bucket: str
    role_arn: str


@dataclass(frozen=True)
class Options:
    """How a local AWS differs from the usual one.

    Attributes:
        host: The address that it listens on; anything but the loopback lets others in, without a password.
        faults: What goes wrong on purpose, as `Fault.parse` takes it.
        state: The folder that it begins from and is saved to at the end; None for neither.
        asynchronous: Whether CloudFormation answers while it still works, so that others see it in progress.
        programs: Folders that may have `spark-submit` and `java`; None for those of `programs.places`.
    """

    host: str = "127.0.0.1"
    faults: tuple[str, ...] = ()
    state: Path | None = None
    asynchronous: bool = False
    programs: tuple[Path, ...] | None = None


class LocalAws:
    """A running local AWS.

    Attributes:
        endpoint_url: `http://127.0.0.1:<port>`, where every service answers.
        region: The region of the sessions that it hands out.
        account_id: The account of the sessions that it hands out.
        workdir: Where jobs and functions get their temporary folders.
        environment: What a child process needs in its environment so that boto3 in it reaches this AWS.
        clock: Its time.
        faults: What goes wrong on purpose.
        kept: What its parts keep beside moto, by the part's name; a part takes its own by `setdefault`.
        timeline: Schedules and alarms, and how to move the clock.
        repositories: The local git repositories that stand in for hosted ones.
    """

    def __init__(self, endpoint_url: str, region: str, workdir: Path, kept: dict[str, Any]) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self.account_id = ACCOUNT_ID
        self.workdir = workdir
        self.environment: Mapping[str, str] = MappingProxyType(
            {
                "AWS_ENDPOINT_URL": endpoint_url,
                "AWS_ACCESS_KEY_ID": FAKE_KEY,
                "AWS_SECRET_ACCESS_KEY": FAKE_KEY,
                "AWS_DEFAULT_REGION": region,
                "AWS_REGION": region,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "NO_PROXY": ",".join(dict.fromkeys(("127.0.0.1", str(urlsplit(endpoint_url).hostname)))),
            }
        )
        self.kept = kept
        self.faults = Faults()
        self.clock: Clock = kept.setdefault("clock", Clock())
        self._agent = INSIDE
        memory = kept.setdefault("events", EventMemory())
        self.events = Events(self._events_client, region, self.account_id, self.clock, memory)
        memory = kept.setdefault("cloudwatch", AlarmMemory())
        self.alarms = AlarmStore(self.events.publish, self.inside, self.clock, memory)
        self.repositories = Repositories()
        self._works: list[Callable[[], bool]] = []
        self.timeline = Timeline(self.clock, self.events, self.alarms, lambda: self.busy)
        self._sessions: dict[str, boto3.Session] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._clients_lock = threading.Lock()

    @property
    def undelivered(self) -> tuple[FailedDelivery, ...]:
        """The events that did not reach a target of a rule, with the reason."""
        return tuple(self.events.memory.failed)

    @property
    def busy(self) -> bool:
        """Whether something runs that nobody waits for: an execution, a function."""
        return any(works() for works in self._works)

    def works(self, *parts: Callable[[], bool]) -> None:
        """From now on `busy` asks these parts whether something of theirs runs."""
        self._works.extend(parts)

    def advance(self, duration: timedelta) -> list[str]:
        """A line about each schedule that fired and alarm that changed while the clock moved.

        Args:
            duration: How far; what a schedule begins has ended before the next one fires.
        """
        return list(self.timeline.advance(duration))

    @property
    def calls(self) -> int:
        """How many calls it has answered."""
        return moto_seams.calls()

    def save_if_quiet(self, folder: Path) -> bool:
        """Whether everything is saved; not while something runs or is being answered.

        Args:
            folder: Where to.

        Raises:
            LocalAwsError: It cannot be saved.
        """
        with self.timeline.paused(), moto_seams.quiet() as is_quiet:
            if not is_quiet or self.busy:
                return False
            _save(folder, self.kept)
            return True

    def tick(self, now: datetime) -> None:
        """Every alarm has been evaluated as of a time, as CloudWatch does once a minute.

        Args:
            now: The time, UTC.
        """
        self.alarms.evaluate_all(now)

    def session(self, region: str | None = None) -> boto3.Session:
        """A session whose clients reach this AWS, whatever the process's environment says about another one.

        Args:
            region: The session's region; the local AWS's by default.
        """
        return session(self.endpoint_url, region or self.region)

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of a service, made once; clients may be used by several threads, sessions may not.

        Args:
            service: botocore's name of the service.
            region: The client's region; the local AWS's by default.
        """
        return self._client(service, region or self.region, "")

    def inside(self, service: str, region: str | None = None) -> Any:
        """A client for the local AWS's own calls, made once, whose user agent says so.

        Args:
            service: botocore's name of the service.
            region: The client's region; the local AWS's by default.
        """
        return self._client(service, region or self.region, self._agent)

    def acting_as(self, part: str) -> LocalAws:
        """The same AWS for one of its parts, whose own calls say so in their user agent: `as/<part>`.

        Args:
            part: Whose role the calls would be made with, such as `codepipeline`.
        """
        seen = copy.copy(self)
        seen._agent = f"{INSIDE} as/{part}"
        return seen

    def _events_client(self, service: str) -> Any:
        return self._client(service, self.region, f"{INSIDE} as/events")

    def _client(self, service: str, region: str, agent: str) -> Any:
        with self._clients_lock:
            if (service, region, agent) not in self._clients:
                config = Config(user_agent_extra=agent) if agent else None
                # A session of each client's own would take as long to make as the client.
                if region not in self._sessions:
                    self._sessions[region] = self.session(region)
                made = _make_client(self._sessions[region], service, config)
                self._clients[service, region, agent] = made
            return self._clients[service, region, agent]

    def deploy_foundation(self, template: Path, project_name: str) -> Foundation:
        """The outputs of the foundation stack, deployed through CloudFormation unless it is there already.

        Args:
            template: `cfn/foundation.yaml`.
            project_name: The SageMaker project's name.

        Raises:
            LocalAwsError: The template is refused, its stack fails, or it lacks one of the two outputs.
        """
        stack_name = f"sagemaker-{project_name}-foundation"
        client = self.client("cloudformation")
        if not self._is_there(stack_name):
            self._create(stack_name, template, project_name)
        stack = client.describe_stacks(StackName=stack_name)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        for key in ("ArtifactBucket", "PipelineRoleArn"):
            if key not in outputs:
                raise LocalAwsError(f"{template}: the stack has no output {key}")
        return Foundation(bucket=outputs["ArtifactBucket"], role_arn=outputs["PipelineRoleArn"])

    def _is_there(self, stack_name: str) -> bool:
        stacks = self.client("cloudformation").describe_stacks()["Stacks"]
        whole = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
        return any(each["StackName"] == stack_name and each["StackStatus"] in whole for each in stacks)

    def _create(self, stack_name: str, template: Path, project_name: str) -> None:
        client = self.client("cloudformation")
        try:
            client.create_stack(
                StackName=stack_name,
                TemplateBody=template.read_text(encoding="utf-8"),
                Parameters=[{"ParameterKey": "ProjectName", "ParameterValue": project_name}],
                Capabilities=["CAPABILITY_IAM"],
            )
            waiter = client.get_waiter("stack_create_complete")
            waiter.wait(StackName=stack_name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
        except (ClientError, WaiterError) as error:
            raise LocalAwsError(f"{template}: the stack {stack_name} cannot be created: {error}") from error


def _make_client(session: Any, service: str, config: Config | None) -> Any:
    # boto3-stubs type a client by a literal name, of which there are 400; this one comes from a variable.
    return session.client(service, config=config)


@contextmanager
def running(
    workdir: Path | None = None,
    region: str = "us-east-1",
    port: int = 0,
    options: Options = Options(),
) -> Iterator[LocalAws]:
    """A local AWS, gone at the end of the block; without options empty at the start and on 127.0.0.1 only.

    moto keeps its state in the process, so one process runs one local AWS at a time.

    Args:
        workdir: The folder for temporary files of jobs; one that is deleted afterwards by default.
        region: The region of its sessions.
        port: The port; any that is free by default.
        options: What is different from this.

    Raises:
        LocalAwsError: One is running in this process already, moto is not the version that it needs, or the
            saved state cannot be loaded or another local AWS uses its folder.
    """
    moto_seams.check_version()
    if not _running.acquire(blocking=False):
        raise LocalAwsError(
            "a local AWS is running in this process already: moto's state belongs to the process"
        )
    with ExitStack() as stack:
        stack.callback(_running.release)
        folder = workdir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="local-aws-")))
        folder.mkdir(parents=True, exist_ok=True)
        moto_seams.reset()
        stack.callback(moto_seams.reset)
        if options.state is not None:
            stack.enter_context(claimed(options.state))
        saved = None if options.state is None else state_files.load(options.state)
        kept: dict[str, Any] = {} if saved is None else saved["kept"]
        if options.state is not None:  # saved after the server has ended, before moto is emptied
            stack.callback(_save, options.state, kept)
        aws = LocalAws(stack.enter_context(moto_seams.serve(options.host, port)), region, folder, kept)
        if saved is not None:
            moto_seams.put_back(saved["moto"])
        _install(aws, stack, options)
        aws.faults.inject(*options.faults)
        moto_seams.ask_before(aws.faults.before)
        yield aws


def _save(folder: Path, kept: dict[str, Any]) -> None:
    state_files.save(folder, {"kept": kept, "moto": moto_seams.taken()})


def _install(aws: LocalAws, stack: ExitStack, options: Options) -> None:
    """Every service's part that moto lacks is in place; the stack ends it."""
    aws.works(sagemaker.install(aws.acting_as("sagemaker"), stack))
    aws.works(emr_serverless.install(aws.acting_as("sagemaker"), stack, lambda: _spark(options)))
    functions = LambdaRuntime(aws.acting_as("lambda").inside, aws.workdir, aws.environment, aws.clock)
    functions.install(stack)
    aws.works(lambda: functions.busy)
    aws.events.install()
    stack.enter_context(moto_seams.bucket_events_go_to(aws.events.publish))
    cloudwatch.install(aws.alarms)
    aws.works(codebuild.install(aws.acting_as("codebuild"), stack))
    aws.works(codepipeline.install(aws.acting_as("codepipeline"), stack))
    stacks = aws.kept.setdefault("cloudformation", cloudformation.State())
    background = cloudformation.Background(options.asynchronous)
    stack.callback(background.close)
    aws.works(lambda: background.busy)
    inside = aws.acting_as("cloudformation").inside
    cloudformation.install(inside, aws.clock.now, stacks, background)


def _spark(options: Options) -> programs.Spark:
    return programs.find(programs.places() if options.programs is None else options.programs)
