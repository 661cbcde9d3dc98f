from __future__ import annotations

import io
import itertools
import re
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.codebuild.store import Build
from tests.unit.local_aws.codepipeline.pipelines import ROLE, bucket, zipped
from tests.unit.local_aws.codepipeline.releases import until

_numbers = itertools.count()
ENVIRONMENT = {"type": "LINUX_CONTAINER", "image": "image", "computeType": "BUILD_GENERAL1_SMALL"}


def project(aws: LocalAws, name: str, buildspec: str, **more: Any) -> str:
    aws.client("codebuild").create_project(
        **{
            "name": name,
            "source": {"type": "NO_SOURCE", "buildspec": buildspec},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": ENVIRONMENT,
            "serviceRole": ROLE,
            **more,
        }
    )
    return name


def built(aws: LocalAws, name: str, **more: Any) -> dict[str, Any]:
    """A build of the project, once it has ended."""
    codebuild = aws.client("codebuild")
    identifier = codebuild.start_build(projectName=name, **more)["build"]["id"]

    def ask() -> Any:
        (build,) = codebuild.batch_get_builds(ids=[identifier])["builds"]
        return build if build["buildComplete"] else None

    found: dict[str, Any] = until(ask)
    return found


def phases(build: dict[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase["phaseStatus"] for phase in build["phases"]}


def exported(build: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in build["exportedEnvironmentVariables"]}


def logged(aws: LocalAws, build: dict[str, Any]) -> list[str]:
    logs = build["logs"]
    events = aws.client("logs").get_log_events(
        logGroupName=logs["groupName"], logStreamName=logs["streamName"]
    )["events"]
    return [event["message"] for event in events]


def test_all_commands_run_in_one_shell_in_the_order_of_the_phases(aws: LocalAws) -> None:
    spec = """
version: 0.2
env: {exported-variables: [SAID, UNSET]}
phases:
  post_build: {commands: [export SAID="$SAID last"]}
  build: {commands: ["cd there", export SAID="$SAID $(pwd | xargs basename)"]}
  install: {commands: [mkdir there, export SAID=first]}
"""
    build = built(aws, project(aws, "one-shell", spec))
    assert build["buildStatus"] == "SUCCEEDED"
    assert exported(build) == {"SAID": "first there last", "UNSET": ""}
    assert list(phases(build)) == [
        "DOWNLOAD_SOURCE",
        "INSTALL",
        "PRE_BUILD",
        "BUILD",
        "POST_BUILD",
        "COMPLETED",
    ]


def test_a_failed_command_skips_the_rest_of_its_phase_and_post_build_knows_of_it(aws: LocalAws) -> None:
    spec = """
version: 0.2
phases:
  build:
    commands:
      - echo one
      - sh -c "exit 3"
      - echo two
    finally: [echo at last]
  post_build: {commands: [echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"]}
"""
    build = built(aws, project(aws, "failing", spec))
    assert build["buildStatus"] == "FAILED"
    assert phases(build)["BUILD"] == "FAILED"
    assert phases(build)["POST_BUILD"] == "SUCCEEDED"
    (context,) = next(each["contexts"] for each in build["phases"] if each["phaseType"] == "BUILD")
    assert context["message"] == 'Error while executing command: sh -c "exit 3". Reason: exit status 3'
    lines = logged(aws, build)
    assert "one" in lines
    assert "two" not in lines
    assert "at last" in lines
    assert "succeeding 0" in lines


@pytest.mark.parametrize("phase", ["install", "pre_build"])
def test_nothing_is_built_where_the_preparation_fails(aws: LocalAws, phase: str) -> None:
    spec = f"version: 0.2\nphases: {{{phase}: {{commands: ['false']}}, build: {{commands: [echo built]}}}}\n"
    build = built(aws, project(aws, f"unprepared-{phase}", spec))
    assert build["buildStatus"] == "FAILED"
    assert "BUILD" not in phases(build)
    assert "built" not in logged(aws, build)


def test_a_command_that_leaves_the_shell_fails_the_build(aws: LocalAws) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [exit 4]}, post_build: {commands: [echo never]}}\n"
    build = built(aws, project(aws, "leaving", spec))
    assert phases(build)["BUILD"] == "FAILED"
    assert "The shell ended with status 4" in str(build["phases"])
    assert build["buildStatus"] == "FAILED"


def test_variables_of_the_start_stand_above_the_projects_and_those_above_the_buildspecs(
    aws: LocalAws,
) -> None:
    spec = """
version: 0.2
env:
  variables: {A: spec, B: spec, C: spec}
  exported-variables: [A, B, C]
phases: {build: {commands: ["true"]}}
"""
    own = [{"name": "B", "value": "project"}, {"name": "C", "value": "project"}]
    environment = {**ENVIRONMENT, "environmentVariables": own}
    name = project(aws, "variables", spec, environment=environment)
    build = built(aws, name, environmentVariablesOverride=[{"name": "C", "value": "start"}])
    assert exported(build) == {"A": "spec", "B": "project", "C": "start"}


def test_a_build_sees_nothing_of_this_process_but_reaches_the_local_aws(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_USER", "x")
    spec = """
version: 0.2
env: {exported-variables: [SECRET_OF_THE_USER, BUCKETS, HOME_IS_EMPTY, PREFIX]}
phases:
  build:
    commands:
      - export HOME_IS_EMPTY="$(ls -A "$HOME" | wc -l | tr -d ' ')"
      - export BUCKETS="$(python -c "import boto3; print(len(boto3.client('s3').list_buckets()['Buckets']))")"
      - export PREFIX="$(python -c "import sys; print(sys.prefix)")"
"""
    bucket(aws)
    found = exported(built(aws, project(aws, "clean", spec)))
    assert (found["SECRET_OF_THE_USER"], found["HOME_IS_EMPTY"]) == ("", "0")
    assert int(found["BUCKETS"]) >= 1
    assert found["PREFIX"].startswith(str(aws.workdir))


def test_pip_finds_what_this_interpreter_has_without_a_network(aws: LocalAws) -> None:
    spec = "version: 0.2\nphases: {install: {commands: [pip install --no-index boto3]}}\n"
    assert built(aws, project(aws, "pip", spec))["buildStatus"] == "SUCCEEDED"


SOURCE = {"a.txt": "a", "out/b.json": "b", "out/deep/c.json": "c", "out/no.txt": "n"}


@pytest.mark.parametrize(
    ("artifacts", "expected"),
    [
        ("{files: ['**/*']}", {"a.txt", "out/b.json", "out/deep/c.json", "out/no.txt"}),
        ("{files: ['*.json'], base-directory: out}", {"b.json"}),
        ("{files: ['**/*.json', a.txt], discard-paths: yes}", {"a.txt", "b.json", "c.json"}),
        ("{files: ['**/*'], exclude-paths: ['out/**/*']}", {"a.txt"}),
    ],
)
def test_artifacts_are_the_files_that_the_globs_name(
    aws: LocalAws, artifacts: str, expected: set[str]
) -> None:
    s3, where = aws.client("s3"), bucket(aws)
    s3.put_object(Bucket=where, Key="source.zip", Body=zipped(SOURCE))
    name = f"artifacts-{next(_numbers)}"
    spec = f"version: 0.2\nphases: {{build: {{commands: ['true']}}}}\nartifacts: {artifacts}\n"
    target = {"type": "S3", "location": where, "name": f"{name}.zip", "path": "made", "packaging": "ZIP"}
    source = {"type": "S3", "location": f"{where}/source.zip", "buildspec": spec}
    build = built(aws, project(aws, name, "", source=source, artifacts=target))
    assert build["buildStatus"] == "SUCCEEDED", build
    body = s3.get_object(Bucket=where, Key=f"made/{name}.zip")["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert set(archive.namelist()) == expected


def test_artifacts_that_are_not_there_fail_the_build(aws: LocalAws) -> None:
    spec = "version: 0.2\nphases: {build: {commands: ['true']}}\nartifacts: {files: [no.zip]}\n"
    target = {"type": "S3", "location": bucket(aws), "name": "x", "packaging": "ZIP"}
    build = built(aws, project(aws, "nothing-made", spec, artifacts=target))
    assert phases(build)["UPLOAD_ARTIFACTS"] == "FAILED"
    assert "no matching artifact paths found: no.zip" in str(build["phases"])


def test_the_aws_commands_stand_in_uploads_what_is_new_and_refuses_all_else(aws: LocalAws) -> None:
    where = bucket(aws)
    spec = f"""
version: 0.2
env: {{exported-variables: [REFUSED]}}
phases:
  build:
    commands:
      - mkdir -p up/deep && echo one > up/one.txt && echo two > up/deep/two.txt
      - aws s3 sync --size-only up s3://{where}/synced/
      - aws s3 sync --size-only up s3://{where}/synced/
      - aws s3 cp --recursive up s3://{where}/copied
      - aws s3 ls 2> said || export REFUSED="$?"
"""
    build = built(aws, project(aws, "uploads", spec))
    lines = logged(aws, build)
    assert build["buildStatus"] == "SUCCEEDED", lines
    assert sum(line.startswith("upload: ") and "/synced/" in line for line in lines) == 2
    s3 = aws.client("s3")
    assert s3.get_object(Bucket=where, Key="copied/deep/two.txt")["Body"].read() == b"two\n"
    assert exported(build)["REFUSED"] == "252"


def test_a_build_can_be_stopped_and_takes_its_children_with_it(aws: LocalAws) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [sleep 600]}, post_build: {commands: [echo never]}}\n"
    codebuild = aws.client("codebuild")
    identifier = codebuild.start_build(projectName=project(aws, "endless", spec))["build"]["id"]
    codebuild.stop_build(id=identifier)
    until(lambda: codebuild.batch_get_builds(ids=[identifier])["builds"][0]["buildComplete"])
    (build,) = codebuild.batch_get_builds(ids=[identifier])["builds"]
    assert build["buildStatus"] == "STOPPED"
    assert identifier in codebuild.list_builds_for_project(projectName="endless")["ids"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("version: 0.1\nphases: {build: {}}\n", "version must be 0.2"),
        ("version: 0.2\nphases: {build: {}}\nreports: {}\n", "does not do reports in the buildspec"),
        ("version: 0.2\nphases: {deploy: {}}\n", "does not do deploy in phases"),
        ("version: 0.2\nphases: [\n", "YAML_FILE_ERROR"),
        ("version: 0.2\nenv: {parameter-store: {A: b}}\nphases: {build: {}}\n", "parameter-store in env"),
        ("version: 0.2\nphases: {build: {commands: [{a: b}]}}\n", r"phases/build/commands\[0\] must be text"),
        ("version: 0.2\nphases: {build: {}}\nenv: {exported-variables: ['a b']}\n", "a b is no name"),
        ("other.yml", "the source has no other.yml"),
    ],
)
def test_a_buildspec_that_would_not_be_done_fails_the_build_with_the_place(
    aws: LocalAws, spec: str, said: str
) -> None:
    build = built(aws, project(aws, f"bad-{next(_numbers)}", spec))
    assert build["buildStatus"] == "FAILED"
    contexts = [context["message"] for phase in build["phases"] for context in phase["contexts"]]
    assert [bool(re.search(said, message)) for message in contexts] == [True], contexts


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"source": {"type": "GITHUB", "location": "x"}}, "with GITHUB"),
        (
            {"secondarySources": [{"type": "S3", "location": "x", "sourceIdentifier": "y"}]},
            "secondarySources",
        ),
        ({"source": {"type": "CODEPIPELINE"}}, "both CODEPIPELINE, or neither"),
    ],
)
def test_a_project_that_would_not_be_built_is_refused(aws: LocalAws, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        project(aws, "refused", "", **more)


def test_a_project_of_code_pipelines_is_started_by_that_alone(aws: LocalAws) -> None:
    both = {"source": {"type": "CODEPIPELINE"}, "artifacts": {"type": "CODEPIPELINE"}}
    project(aws, "theirs", "", **both)
    with pytest.raises(ClientError, match="started by CodePipeline"):
        aws.client("codebuild").start_build(projectName="theirs")


def test_projects_are_updated_described_listed_and_deleted(aws: LocalAws) -> None:
    codebuild = aws.client("codebuild")
    spec = "version: 0.2\nphases: {build: {commands: ['true']}}\n"
    project(aws, "changing", spec, description="first")
    with pytest.raises(ClientError, match="ResourceAlreadyExists"):
        project(aws, "changing", spec)
    assert codebuild.update_project(name="changing", timeoutInMinutes=5)["project"]["description"] == "first"
    found = codebuild.batch_get_projects(names=["changing", "missing"])
    assert (found["projects"][0]["timeoutInMinutes"], found["projectsNotFound"]) == (5, ["missing"])
    assert "changing" in codebuild.list_projects()["projects"]
    codebuild.delete_project(name="changing")
    with pytest.raises(ClientError, match="Project cannot be found"):
        codebuild.start_build(projectName="changing")
    with pytest.raises(ClientError, match="The local AWS does not do codebuild ListFleets"):
        codebuild.list_fleets()


def test_of_a_projects_builds_that_have_ended_the_last_hundred_are_remembered(aws: LocalAws) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [true]}}"
    name, other = project(aws, "many", spec), project(aws, "few", spec)
    kept = built(aws, other)["id"]
    first = built(aws, name)
    store = aws.kept["codebuild"]["us-east-1", aws.account_id]
    for number in range(2, 122):
        made = {**store.builds[first["id"]].description, "id": f"{name}:{number}", "buildNumber": number}
        store.builds[made["id"]] = Build(made, {})
    last = built(aws, name)
    codebuild = aws.client("codebuild")
    until(lambda: len(codebuild.list_builds_for_project(projectName=name)["ids"]) == 100)
    ids = codebuild.list_builds_for_project(projectName=name)["ids"]
    assert ids == [last["id"], *(f"{name}:{number}" for number in range(121, 22, -1))]
    assert last["buildNumber"] == 122
    assert codebuild.batch_get_builds(ids=[first["id"], kept])["buildsNotFound"] == [first["id"]]
