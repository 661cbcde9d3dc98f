"""Several features at once: can a classifier tell the batch from the baseline?

    two samples of rows -> design.matrix -> cross-validated scores -> AUC
    the same with shuffled labels -> null distribution -> TwoSample

It sees what no single feature shows, as a correlation that broke. Off by default: it needs rows of both
sides, and a table whose features are each fine may still be told apart for reasons that matter to nobody.
"""

from __future__ import annotations

from drift_engine.multivariate.two_sample import Settings, TwoSample, two_sample

__all__ = ["Settings", "TwoSample", "two_sample"]
