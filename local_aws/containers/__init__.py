"""What runs in a job: `CONTAINERS`, from an image's repository name to the `Container` that stands for it.

An image of your own, in three lines before the local AWS starts::

    from local_aws.containers import CONTAINERS, Container
    from local_aws.containers.scripts import run_script
    CONTAINERS["my-image"] = Container(load_model=my_load, command=run_script)

`my_load(model_dir, environment)` returns a function from records (lists of cell values) to output lines.

- `container.py`: the types. `xgboost_scoring.py`, `scripts.py`: what the known images do.
- `transform.py`: a batch transform job: split, filter, score, join, assemble. `json_path.py`,
  `csv_records.py`.
- `processing.py`: a processing job: inputs down, a clean subprocess, outputs up.
- `transfer.py`: S3 prefixes to folders and back. `job_log.py`: lines into CloudWatch Logs.
"""

from __future__ import annotations

from local_aws.containers.container import Command, Container, ContainerError, Scorer
from local_aws.containers.scripts import run_analyzer, run_script
from local_aws.containers.xgboost_scoring import load

CONTAINERS: dict[str, Container] = {
    "sagemaker-xgboost": Container(load_model=load, command=run_script),
    "sagemaker-scikit-learn": Container(command=run_script),
    "sagemaker-model-monitor-analyzer": Container(command=run_analyzer),
}
"""Image repository name to what stands for the image; users add their own."""

__all__ = ["CONTAINERS", "Command", "Container", "ContainerError", "Scorer", "container_of"]


def container_of(image: str) -> Container:
    """What stands for an image.

    Args:
        image: An image URI, `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`.

    Raises:
        ContainerError: Nothing stands for it.
    """
    repository = image.rsplit("@", 1)[0].split("/", 1)[-1].split(":", 1)[0]
    if repository not in CONTAINERS:
        raise ContainerError(
            f"the local AWS has nothing that stands for the image {repository!r}, only for "
            f"{', '.join(CONTAINERS)}; "
            f"register it: from local_aws.containers import CONTAINERS, Container; "
            f"CONTAINERS[{repository!r}] = Container(load_model=..., command=...)"
        )
    return CONTAINERS[repository]
