"""One long job in its own process: progress while it runs, a cancel that keeps the best plan so far, and no code in what is passed.

``python -m planner.worker`` is the child. It reads one JSON line, the request, from standard input and answers JSON lines on
standard output; more lines on standard input may follow (``{"cancel": true}``); when standard input closes it ends itself.
`Job` is the parent's side of one child, `JobQueue` runs at most so many at once and knows who waits where.
"""

from planner.worker.job import Job, Outcome
from planner.worker.protocol import Ending, Request
from planner.worker.queue import JobQueue, QueueFullError

__all__ = ["Ending", "Job", "JobQueue", "Outcome", "QueueFullError", "Request"]
