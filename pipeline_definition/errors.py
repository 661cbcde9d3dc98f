"""Everything that the pipeline definition's code raises."""

from __future__ import annotations

from collections.abc import Sequence


class PipelineDefinitionError(Exception):
    """The pipeline definition can't be made from what was given."""


class FillError(PipelineDefinitionError):
    """A placeholder without a value, or a value without a placeholder."""


class ImageError(PipelineDefinitionError):
    """SageMaker has no such image in the region."""


class DefinitionError(PipelineDefinitionError):
    """A pipeline definition that SageMaker would refuse.

    Attributes:
        faults: One line each, with the path of the value at fault.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        """Takes the faults, in the definition's order."""
        self.faults = tuple(faults)
        super().__init__(
            "SageMaker would refuse the pipeline definition:\n" + "\n".join(f"  {f}" for f in faults)
        )
