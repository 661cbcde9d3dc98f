"""The command line of `deploy.py`: its verbs and their options."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

DEFAULT: Final = "apply"
# With --local each command has an AWS of its own, empty at first; these verbs need one that was there before.
NEEDS_A_PAST: Final = frozenset({"start", "status", "approve", "reject", "rollback", "destroy"})
# Without these the same stage's name may stand for another stack, or for none.
_CHOOSING: Final = (
    "project",
    "project_name",
    "project_id",
    "region",
    "artifact_bucket",
    "pipeline_role_arn",
    "evaluate_drift_function_arn",
)
_OUTSIDE: Final = "PROJECT-FOLDER"
_EPILOG: Final = (
    "Exit codes: 0 fine, 1 drift found or a deploy that failed, 2 could not run, 3 a plan with something to "
    "do. Without a verb: apply."
)


def parse(argv: Sequence[str], root: Path) -> argparse.Namespace:
    """The arguments; what is wrong with them ends the program with its usage and code 2.

    Args:
        argv: The words after `deploy.py`.
        root: The checkout, where `.cache` and `out` are by default.
    """
    words = list(argv)
    # A first word that is no option is a verb, or was meant as one.
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words.insert(0, DEFAULT)
    whole = _parser(root)
    arguments, rest = whole.parse_known_args(words)
    if late := [word for word in rest if word in _VERBS]:
        whole.error(f"the verb comes first: deploy.py {late[0]} ...")
    if rest:
        _verbs(whole)[arguments.verb].error(f"unrecognized arguments: {' '.join(rest)}")
    return arguments


def typed(arguments: argparse.Namespace) -> str:
    """The options that choose the project and the settings, as a shell takes them.

    >>> typed(argparse.Namespace(project=Path("examples/penguins"), region=None))
    '--project examples/penguins'
    """
    given = {name: getattr(arguments, name, None) for name in _CHOOSING}
    options = ([f"--{name.replace('_', '-')}", str(value)] for name, value in given.items() if value)
    return shlex.join(word for option in options for word in option)


def as_found(project: Path, root: Path) -> str:
    """The project's folder as others find it from their checkout, equal wherever this runs.

    One that lies outside is elsewhere on every machine, so it is for whoever reads this to fill in.

    Args:
        project: The folder as it was typed.
        root: The checkout.
    """
    whole = project.resolve()
    return str(whole.relative_to(root)) if whole.is_relative_to(root) else _OUTSIDE


def complete(line: str, root: Path) -> None:
    """Offer the shell what can come next on its line, and end the program.

    Args:
        line: What was typed so far.
        root: As in `parse`. Its stages are offered.
    """
    # The shell starts the program for every Tab, and only then.
    import argcomplete  # noqa: PLC0415

    whole = _parser(root)
    words = line.partition("deploy.py")[2].split()
    without_verb = words[:1] and words[0].startswith("-")
    argcomplete.autocomplete(_verbs(whole)[DEFAULT] if without_verb else whole)


def _verbs(whole: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (actions,) = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    return dict(actions.choices)


def _parser(root: Path) -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="deploy.py", description="Deploys one stage and runs it.", epilog=_EPILOG
    )
    subparsers = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, (summary, add) in _VERBS.items():
        epilog = f"Example: python deploy.py {_EXAMPLES[verb]}"
        parser = subparsers.add_parser(verb, help=summary, description=f"{summary}. {_EPILOG}", epilog=epilog)
        _common(parser, root, stage_needed=verb not in ("synth", "cicd"))
        add(parser)
    return whole


def _common(parser: argparse.ArgumentParser, root: Path, *, stage_needed: bool) -> None:
    add = parser.add_argument
    stage = add("--stage", required=stage_needed, help="the stage, such as staging: stages/<stage>.json")
    stage.completer = lambda **_: _stages(root)  # type: ignore[attr-defined]
    add("--project", type=Path, help="the project's folder; its stages/<stage>.json is laid over")
    add("--local", action="store_true", help="on this machine, without an AWS account")
    add("--json", action="store_true", help="print one JSON object instead")
    add("--cache", type=Path, default=root / ".cache", help="what was fetched and built once")
    add("--out", type=Path, default=root / "out", help="where a run's files go")
    settings = parser.add_argument_group(
        "settings", "each above its environment variable, and that above the stage file"
    )
    settings.add_argument("--project-name", help="SAGEMAKER_PROJECT_NAME")
    settings.add_argument("--project-id", help="SAGEMAKER_PROJECT_ID")
    settings.add_argument("--region", help="AWS_REGION")
    settings.add_argument("--artifact-bucket", help="ARTIFACT_BUCKET")
    settings.add_argument("--pipeline-role-arn", help="SAGEMAKER_PIPELINE_ROLE_ARN")
    settings.add_argument("--evaluate-drift-function-arn", help="EVALUATE_DRIFT_FUNCTION_ARN")


def _stages(root: Path) -> list[str]:
    return sorted(file.stem for file in (root / "stages").glob("*.json") if "." not in file.stem)


def _apply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="show the plan and change nothing, as the verb")
    parser.add_argument("--start", action="store_true", help="run the pipeline after the deploy")
    parser.add_argument("--wait", action="store_true", help="wait while somebody else changes the stack")
    _batch(parser)
    _yes(parser)


def _start(parser: argparse.ArgumentParser) -> None:
    _batch(parser)
    parser.add_argument("--wait", action="store_true", help="follow the run, step by step, to its end")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the pipeline; may be given again",
    )


class _Batch(argparse.Action):
    """Keeps the flag that was typed beside its value: the option has two names."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - argparse calls it so
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        namespace.batch, namespace.batch_flag = values, option_string


def _batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-uri",
        "--batch",
        dest="batch",
        action=_Batch,
        help="the batch to run on: an S3 address, or with --local one of the project's names",
    )


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="go on without being asked")


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, choices=range(1, 21), default=3, help="how many runs to show")


def _approve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--summary", default="", help="why, for the release pipeline's history")
    _yes(parser)


def _rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=int, metavar="N", help="the release's number; the one before by default")
    _yes(parser)


def _destroy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", metavar="STACK", help="the stack's name: go on without being asked for it")
    parser.add_argument("--keep-runs", action="store_true", help="leave what the runs wrote")


def _synth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, required=True, help="the folder for the rendered stages")
    parser.add_argument(
        "--lock",
        action="store_true",
        help="also write stages/<stage>.lock.json of stages with a pinned model",
    )


def _cicd(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--then",
        action="append",
        default=[],
        choices=("approved", "rejected"),
        help="another release, begun by a model package that is approved or rejected; may be given again",
    )
    _batch(parser)
    _yes(parser)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """Has no options of its own."""


_VERBS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]]] = {
    "plan": ("what would change; exit code 3 where something would", _nothing),
    "apply": ("change it, after showing the plan and asking", _apply),
    "start": ("run the deployed pipeline on a batch", _start),
    "status": ("stack, model, last runs, distances and alarms", _status),
    "approve": ("approve the release that waits for production", _approve),
    "reject": ("reject the release that waits for production", _approve),
    "rollback": ("bring an earlier release back", _rollback),
    "destroy": ("remove the stage and all that it made", _destroy),
    "synth": ("render every stage into files", _synth),
    "cicd": ("follow the release pipeline from a commit to production, with --local", _cicd),
    "doctor": ("look for what could keep the stage from working", _nothing),
}
_EXAMPLES: Final = {
    "plan": "plan --stage staging",
    "apply": "apply --stage staging --yes",
    "start": "start --stage staging --wait",
    "status": "status --stage staging --runs 1",
    "approve": "approve --stage prod --summary 'staging is quiet' --yes",
    "reject": "reject --stage prod --summary 'staging drifts' --yes",
    "rollback": "rollback --stage staging --yes",
    "destroy": "destroy --stage staging --yes sagemaker-flights-batch-staging",
    "synth": "synth --stage staging --output out/synth",
    "cicd": "cicd --local --yes",
    "doctor": "doctor --stage staging",
}
