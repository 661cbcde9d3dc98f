"""The monitor step of the batch pipeline: `__main__.py` of a zip whose other content is `drift_engine/`.

SageMaker's processing job runs `python3 /opt/ml/processing/input/code/monitor.zip`; the environment variables
and paths are the analyzer's (`drift_engine.job`).
"""

from __future__ import annotations

import sys

from drift_engine.job import main

if __name__ == "__main__":
    sys.exit(main())
