"""`python -m local_aws`: a local AWS as a server, and what it can be told."""

from __future__ import annotations

import sys

from local_aws.cli import main

if __name__ == "__main__":
    sys.exit(main())
