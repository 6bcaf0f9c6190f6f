"""Where the time of a run goes: what was done when, in which process, for a browser's trace viewer.

The file is in Chrome's trace event format; ``chrome://tracing`` and https://ui.perfetto.dev show it as a timeline.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psutil

from dti.render.task import Span


class Trace:
    """The timeline of a run.

    Examples
    --------
    >>> trace = Trace()
    >>> trace.add([Span("check", 10.0, 10.5, 7)])
    >>> json.loads(trace.text())["traceEvents"][0]["dur"]
    500000.0
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def since_start(self) -> None:
        """Note how long this process took from its very start until now."""
        self.spans.append(Span("start", psutil.Process().create_time(), time.time(), os.getpid()))

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Note how long this process takes for what is done inside."""
        begun = time.time()
        try:
            yield
        finally:
            self.spans.append(Span(name, begun, time.time(), os.getpid()))

    def add(self, spans: Iterable[Span]) -> None:
        """Add what others have noted."""
        self.spans += spans

    def text(self) -> str:
        """Return the timeline as Chrome's trace events: times in microseconds since the first."""
        first = min((span.begin for span in self.spans), default=0.0)
        events = [
            {
                "name": span.name,
                "ph": "X",
                "ts": round((span.begin - first) * 1e6, 1),
                "dur": round((span.end - span.begin) * 1e6, 1),
                "pid": span.process,
                "tid": 0,
            }
            for span in sorted(self.spans, key=lambda span: (span.begin, -span.end))
        ]
        named = [
            {"name": "process_name", "ph": "M", "pid": pid, "args": {"name": "dti" if pid == os.getpid() else "worker"}}
            for pid in sorted({span.process for span in self.spans})
        ]
        return json.dumps({"traceEvents": [*events, *named], "displayTimeUnit": "ms"}, ensure_ascii=False)
