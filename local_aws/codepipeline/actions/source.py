"""Sources: a commit of a local git repository that stands in for a hosted one, or an object in S3."""

from __future__ import annotations

from datetime import UTC, datetime

from local_aws.codepipeline.actions.work import ActionError, ActionKind, Result, Work
from local_aws.codepipeline.repositories import Commit, RepositoryError


def _commit(work: Work, repository: str) -> Commit:
    """The head of the branch, whose files are the output artifact."""
    try:
        commit = work.repositories.head(repository, work.configuration["BranchName"])
        work.give(work.repositories.archive(repository, commit.id))
    except RepositoryError as error:
        raise ActionError(str(error), "ConfigurationError") from error
    work.run.revision = {
        "revisionId": commit.id,
        "revisionSummary": commit.message,
        "created": datetime.now(UTC),
    }
    return commit


def _connection(work: Work) -> Result:
    asked = work.configuration
    if asked.get("OutputArtifactFormat", "CODE_ZIP") != "CODE_ZIP":
        message = f"The local AWS does not do OutputArtifactFormat {asked['OutputArtifactFormat']}"
        raise ActionError(message, "ConfigurationError")
    commit = _commit(work, asked["FullRepositoryId"])
    variables = {
        "AuthorDate": commit.date,
        "BranchName": asked["BranchName"],
        "CommitId": commit.id,
        "CommitMessage": commit.message,
        "ConnectionArn": asked["ConnectionArn"],
        "FullRepositoryName": asked["FullRepositoryId"],
    }
    return Result(variables, commit.message)


def _code_commit(work: Work) -> Result:
    asked = work.configuration
    commit = _commit(work, asked["RepositoryName"])
    variables = {
        "AuthorDate": commit.date,
        "BranchName": asked["BranchName"],
        "CommitId": commit.id,
        "CommitMessage": commit.message,
        "CommitterDate": commit.date,
        "RepositoryName": asked["RepositoryName"],
    }
    return Result(variables, commit.message)


def _s3_object(work: Work) -> Result:
    asked = work.configuration
    bucket, key = asked["S3Bucket"], asked["S3ObjectKey"]
    found = work.clients("s3").get_object(Bucket=bucket, Key=key)
    version = found.get("VersionId")
    if version in (None, "null"):
        message = f"The S3 bucket {bucket} is not versioned; a source bucket must be"
        raise ActionError(message, "ConfigurationError")
    work.give(found["Body"].read())
    summary = f"Amazon S3 version id: {version}"
    work.run.revision = {"revisionId": version, "revisionSummary": summary, "created": found["LastModified"]}
    etag = found["ETag"].strip('"')
    return Result({"BucketName": bucket, "ETag": etag, "ObjectKey": key, "VersionId": version}, summary)


CONNECTION = ActionKind(
    run=_connection,
    needs=frozenset({"ConnectionArn", "FullRepositoryId", "BranchName"}),
    knows=frozenset({"DetectChanges", "OutputArtifactFormat"}),
    outputs=(1, 1),
)
CODE_COMMIT = ActionKind(
    run=_code_commit,
    needs=frozenset({"RepositoryName", "BranchName"}),
    knows=frozenset({"PollForSourceChanges"}),
    outputs=(1, 1),
)
S3_OBJECT = ActionKind(
    run=_s3_object,
    needs=frozenset({"S3Bucket", "S3ObjectKey"}),
    keeps=frozenset({"PollForSourceChanges"}),
    outputs=(1, 1),
)
