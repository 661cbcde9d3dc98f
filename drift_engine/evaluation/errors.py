"""What keeps a batch from being judged."""

from __future__ import annotations


class EvaluateDriftError(Exception):
    """The drift of this batch can't be judged."""


class JobNotCompletedError(EvaluateDriftError):
    """The monitor's processing job failed, was stopped or still runs."""


class JobFilesError(EvaluateDriftError):
    """The processing job has no such input or output."""
