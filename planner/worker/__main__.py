"""Entry of the child process: ``python -m planner.worker``."""

import sys

from planner.worker.child import main

if __name__ == "__main__":
    sys.exit(main())
