"""Logs as JSON on standard output, one object a line, uvicorn's and alembic's lines included."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from .tracing import current_ids

request_id: ContextVar[str | None] = ContextVar('request_id', default=None)

# What may be added to a line by `logger.info(message, extra={...})`, in the order in which it is printed.
FIELDS = ('method', 'path', 'route', 'status', 'duration_ms', 'client')


class JsonFormatter(logging.Formatter):
    """One record, one line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            'time': datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds'),
            'level': record.levelname.lower(),
            'logger': record.name,
            'message': record.getMessage(),
        }
        if (identifier := request_id.get()) is not None:
            line['request_id'] = identifier
        line.update(current_ids())
        line.update({name: record.__dict__[name] for name in FIELDS if name in record.__dict__})
        if record.exc_info:
            line['exception'] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Sends every logger to standard output. Safe to call again: each worker and each reload does."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # uvicorn brings handlers of its own, and its access log knows neither route nor request id.
    for name in ('uvicorn', 'uvicorn.error', 'uvicorn.access'):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != 'uvicorn.access'
    # Seven lines about itself at each import.
    logging.getLogger('alembic.runtime.plugins').setLevel('WARNING')
