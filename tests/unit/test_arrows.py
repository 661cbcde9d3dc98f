"""The arrows of the two modules that import-linter can't see, since they are no packages."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {
    "deployment",
    "drift_engine",
    "examples",
    "lambda_handler",
    "local_aws",
    "pipeline_definition",
    "deploy",
}


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name for name in names if name.split(".")[0] in OURS}


def test_the_lambda_imports_the_engines_core_and_nothing_else_of_ours() -> None:
    core = {
        "checks",
        "distances",
        "errors",
        "evaluation",
        "monitor_files",
        "states",
        "thresholds",
        "verdicts",
    }
    imported = {tuple(name.split(".")[:2]) for name in imports_of(ROOT / "lambda_handler.py")}
    assert imported
    assert imported <= {("drift_engine", part) for part in core}


def test_the_command_imports_the_deployment_and_the_local_aws_alone() -> None:
    imported = {name.split(".")[0] for name in imports_of(ROOT / "deploy.py")}
    assert imported == {"deployment", "local_aws"}


def test_the_command_imports_the_local_aws_only_where_it_is_used() -> None:
    top_level = ast.parse((ROOT / "deploy.py").read_text(encoding="utf-8")).body
    statements = [node for node in top_level if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not any("local_aws" in ast.unparse(node) for node in statements)
