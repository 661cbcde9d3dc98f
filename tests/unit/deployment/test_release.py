from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.errors import ReleaseError
from deployment.release.assemble import Release, assemble
from deployment.s3uri import S3Uri
from deployment.stage.config import Config
from pipeline_definition.errors import DefinitionError, ImageError
from tests.unit.deployment import builders
from tests.unit.deployment.builders import BASELINE, CONSTRAINTS, MODEL, SETTINGS


def release(of: Config, **changes: Any) -> Release:
    return assemble(of, builders.facts(**changes), builders.sources(of))


def step(of: Release, name: str) -> dict[str, Any]:
    (found,) = (step for step in of.definition["Steps"] if step["Name"] == name)
    return dict(found)


def constraints(of: Release) -> dict[str, Any]:
    (file,) = (file for file in of.files if "/baseline/constraints-" in file.key)
    return dict(json.loads(file.body))


def test_every_file_has_a_key_with_its_contents_hash(tmp_path: Path) -> None:
    keys = [file.key for file in release(builders.config(tmp_path)).files]
    assert keys[:3] == [
        "deploy/taxis-batch-staging/code/evaluate_drift-ffffffffffffffff.zip",
        "deploy/taxis-batch-staging/layers/numpy-1111111111111111.zip",
        "deploy/taxis-batch-staging/code/monitor-mmmmmmmmmmmmmmmm.zip",
    ]
    assert [key.rpartition("/")[0] for key in keys[3:]] == [
        "deploy/taxis-batch-staging/baseline",
        "deploy/taxis-batch-staging/definition",
        "deploy/taxis-batch-staging/template",
    ]


SPARK: dict[str, Any] = {
    "analyzer": "drift-engine-spark",
    "spark": {
        "application_id": "00f1abc2",
        "job_role_arn": "arn:aws:iam::123456789012:role/spark",
        "python_archive_uri": "s3://artifacts/environment.tar.gz",
        "submit_parameters": "--conf spark.executor.instances=8",
    },
}


def test_a_spark_job_brings_its_script_and_gets_the_engine_and_a_python(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path, monitor=SPARK))
    script = "deploy/taxis-batch-staging/code/spark-job-5555555555555555.py"
    assert script in [file.key for file in made.files]
    arguments = step(made, "ProfileBatch")["Arguments"]
    assert arguments["ApplicationId"] == "00f1abc2"
    job = arguments["JobConfig"]
    assert job["executionTimeoutMinutes"] == 120
    assert job["tags"]["sagemaker:deployment-stage"] == "staging"
    submitted = job["jobDriver"]["sparkSubmit"]
    assert submitted["entryPoint"] == f"s3://artifacts/{script}"
    assert submitted["sparkSubmitParameters"] == (
        "--py-files s3://artifacts/deploy/taxis-batch-staging/code/monitor-mmmmmmmmmmmmmmmm.zip "
        "--conf spark.archives=s3://artifacts/environment.tar.gz#environment "
        "--conf spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON=./environment/bin/python "
        "--conf spark.emr-serverless.driverEnv.PYSPARK_PYTHON=./environment/bin/python "
        "--conf spark.executorEnv.PYSPARK_PYTHON=./environment/bin/python "
        "--conf spark.executor.instances=8"
    )
    monitor = step(made, "ModelMonitor")["Arguments"]
    assert monitor["Environment"]["dataset_format"] == '{"profile": {}}'
    assert monitor["AppSpecification"]["ImageUri"].endswith("sagemaker-xgboost:3.0-5")


def test_a_spark_applications_own_python_needs_no_archive(tmp_path: Path) -> None:
    own = {**SPARK["spark"], "python_archive_uri": None, "submit_parameters": ""}
    made = release(builders.config(tmp_path, monitor={**SPARK, "spark": own}))
    submitted = step(made, "ProfileBatch")["Arguments"]["JobConfig"]["jobDriver"]["sparkSubmit"]
    assert submitted["sparkSubmitParameters"].split() == [
        "--py-files",
        "s3://artifacts/deploy/taxis-batch-staging/code/monitor-mmmmmmmmmmmmmmmm.zip",
    ]


def test_the_parameters_name_the_uploaded_files(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path))
    keys = {file.key for file in made.files}
    assert {
        made.parameters[name] for name in ("DefinitionKey", "EvaluateDriftCodeKey", "NumpyLayerKey")
    } < keys


def test_the_template_declares_exactly_the_parameters_that_are_given(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path))
    assert made.parameters.keys() == made.template["Parameters"].keys()


def test_the_stages_thresholds_are_in_the_constraints_and_the_baselines_own_settings_stay(
    tmp_path: Path,
) -> None:
    monitor = {
        "comparison_threshold": 0.3,
        "comparison_method": "Simple",
        "categorical_comparison_threshold": 0.4,
        "thresholds": {"delay": 0.5},
    }
    written = constraints(release(builders.config(tmp_path, monitor=monitor)))
    assert written["monitoring_config"] == {
        "datatype_check_threshold": 0.9,
        "distribution_constraints": {
            "perform_comparison": "Enabled",
            "comparison_threshold": 0.3,
            "comparison_method": "Simple",
            "categorical_comparison_threshold": 0.4,
            "categorical_drift_method": "LInfinity",
        },
    }
    own = {entry["name"]: entry.get("monitoringConfigOverrides") for entry in written["features"]}
    thresholds = {"comparison_threshold": 0.5, "categorical_comparison_threshold": 0.5}
    assert own == {"carrier": None, "delay": {"distribution_constraints": thresholds}, "prediction": None}
    assert "perform_comparison" not in CONSTRAINTS["monitoring_config"]["distribution_constraints"]


def test_categories_have_the_general_threshold_where_they_have_none_of_their_own(tmp_path: Path) -> None:
    written = constraints(release(builders.config(tmp_path, monitor={"comparison_threshold": 0.3})))
    assert written["monitoring_config"]["distribution_constraints"]["categorical_comparison_threshold"] == 0.3


def test_the_monitor_step_reads_the_models_statistics_and_the_stages_constraints(tmp_path: Path) -> None:
    baseline = replace(BASELINE, statistics=S3Uri("elsewhere", "v3/stats-3.json"))
    made = release(builders.config(tmp_path), model=replace(MODEL, baseline=baseline))
    arguments = step(made, "ModelMonitor")["Arguments"]
    inputs = {entry["InputName"]: entry["S3Input"]["S3Uri"] for entry in arguments["ProcessingInputs"]}
    assert inputs["baseline_statistics"] == "s3://elsewhere/v3/stats-3.json"
    assert arguments["Environment"]["baseline_statistics"] == "/opt/ml/processing/baseline/stats/stats-3.json"
    assert arguments["Environment"]["baseline_constraints"].endswith(
        inputs["baseline_constraints"].rpartition("/")[2]
    )
    assert arguments["AppSpecification"]["ContainerEntrypoint"][1].endswith(inputs["code"].rpartition("/")[2])


def test_awss_analyzer_takes_the_monitor_steps_place_without_our_code(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path, monitor={"analyzer": "model-monitor"}))
    specification = step(made, "ModelMonitor")["Arguments"]["AppSpecification"]
    image = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
    assert specification == {"ImageUri": image}
    assert not any("/code/monitor-" in file.key for file in made.files)


def test_awss_analyzer_in_a_region_without_it_is_an_error(tmp_path: Path) -> None:
    of = builders.config(
        tmp_path, replace(SETTINGS, region="ap-south-2"), monitor={"analyzer": "model-monitor"}
    )
    with pytest.raises(ImageError, match="ap-south-2"):
        release(of)


def test_without_a_baseline_the_pipeline_ends_after_transform_and_the_plan_says_so(tmp_path: Path) -> None:
    of = builders.config(tmp_path, drift={"feature_alarms": {}})
    made = release(of, model=replace(MODEL, baseline=None))
    assert [entry["Name"] for entry in made.definition["Steps"]] == ["CreateModel", "Transform"]
    assert made.parameters["MonitorEnabled"] == "false"
    assert [file.what for file in made.files] == ["pipeline definition", "template"]
    assert made.notes == (
        "Model package version 3 has no baseline (DriftCheckBaselines): the pipeline ends after Transform, "
        "and nothing is checked for drift.",
    )


def test_without_a_monitor_the_plan_says_that_nothing_is_checked(tmp_path: Path) -> None:
    (note,) = release(
        builders.config(tmp_path, **builders.NO_MONITOR), model=replace(MODEL, baseline=None)
    ).notes
    assert note.startswith("The stage has no monitor")


def test_drift_fails_the_run_only_where_the_stage_says_so(tmp_path: Path) -> None:
    names = [entry["Name"] for entry in release(builders.config(tmp_path)).definition["Steps"]]
    failing = builders.config(tmp_path, drift={"fail_on_drift": True})
    assert [entry["Name"] for entry in release(failing).definition["Steps"]] == [*names, "DriftGate"]


def test_an_existing_lambda_is_called_and_none_is_made(tmp_path: Path) -> None:
    function = "arn:aws:lambda:us-east-1:123456789012:function:shared-evaluate-drift"
    made = release(builders.config(tmp_path, replace(SETTINGS, function_arn=function)))
    assert step(made, "EvaluateDrift")["FunctionArn"] == function
    assert made.parameters["EvaluateDriftFunctionArn"] == function
    assert not any("evaluate_drift-" in file.key or "/layers/" in file.key for file in made.files)


def test_the_pipeline_calls_the_lambda_that_its_stack_makes(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path))
    wanted = "arn:aws:lambda:us-east-1:123456789012:function:taxis-batch-staging-evaluate-drift"
    assert step(made, "EvaluateDrift")["FunctionArn"] == wanted


def test_runs_never_overwrite_each_other(tmp_path: Path) -> None:
    made = release(builders.config(tmp_path))
    outputs = [
        step(made, "Transform")["Arguments"]["TransformOutput"]["S3OutputPath"],
        step(made, "ModelMonitor")["Arguments"]["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"],
    ]
    assert all({"Get": "Execution.PipelineExecutionId"} in output["Std:Join"]["Values"] for output in outputs)


def test_a_definition_that_sagemaker_would_refuse_is_an_error_here(tmp_path: Path) -> None:
    with pytest.raises(
        DefinitionError, match=r"Steps\.CreateModel\.Arguments\.PrimaryContainer\.Image: is 'a b'"
    ):
        release(builders.config(tmp_path), model=replace(MODEL, image="a b"))


def test_a_template_too_large_for_a_request_goes_through_the_bucket(tmp_path: Path) -> None:
    names = [f"feature_{number}" for number in range(200)]
    baseline = replace(BASELINE, document={"features": [{"name": name} for name in names]})
    of = builders.config(tmp_path, drift={"feature_alarms": dict.fromkeys(names, 0.1)})
    made = release(of, model=replace(MODEL, baseline=baseline))
    small = release(builders.config(tmp_path))
    assert (small.large, made.large) == (False, True)
    for one in (small, made):
        assert one.template_key in {file.key for file in one.files}


def wide(count: int) -> Any:
    """A baseline whose constraints have this many features."""
    document = {"features": [{"name": f"feature_{number}"} for number in range(count)]}
    return replace(BASELINE, document=document)


def test_a_definition_over_100_kb_is_uploaded_like_any_other(tmp_path: Path) -> None:
    environment = {f"V{number}": "x" * 1024 for number in range(100)}
    made = release(builders.config(tmp_path), model=replace(MODEL, environment={**environment}))
    (definition,) = (file for file in made.files if file.what == "pipeline definition")
    assert len(definition.body) > 102_400
    assert made.parameters["DefinitionKey"] == definition.key


def test_a_definition_over_a_million_characters_is_refused(tmp_path: Path) -> None:
    environment = {f"V{number}": "x" * 11_000 for number in range(100)}
    with pytest.raises(DefinitionError, match="at most 1048576 allowed"):
        release(builders.config(tmp_path), model=replace(MODEL, environment=environment))


def test_a_template_over_a_megabyte_is_refused_before_anything_is_uploaded(tmp_path: Path) -> None:
    names = [f"feature_{number}" for number in range(3000)]
    of = builders.config(tmp_path, drift={"feature_alarms": dict.fromkeys(names, 0.1)})
    with pytest.raises(ReleaseError, match=r"CloudFormation takes 1,048,576: name fewer features"):
        release(of, model=replace(MODEL, baseline=wide(3000)))


@pytest.mark.parametrize(
    ("metrics", "parameter"),
    [
        ("all", "all"),
        ("drifted", "drifted,delay"),
        (["carrier"], "carrier,delay"),
        (["delay"], "delay"),
    ],
)
def test_a_feature_with_an_alarm_is_published_whatever_else_is(
    tmp_path: Path, metrics: Any, parameter: str
) -> None:
    made = release(builders.config(tmp_path, metrics={"features": metrics}))
    assert made.parameters["MetricFeatures"] == parameter
