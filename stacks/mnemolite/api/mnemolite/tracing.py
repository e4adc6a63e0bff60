"""Facts about requests beyond FastAPI's own spans. Without a receiver of traces, all of it does nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace

DATABASE = {'db.system.name': 'postgresql'}

tracer = trace.get_tracer('mnemolite')


def transaction_span() -> AbstractContextManager[object]:
    """A span for a transaction of a request; the health check's are of none."""
    if not trace.get_current_span().get_span_context().is_valid:
        return nullcontext()
    return tracer.start_as_current_span('transaction', kind=trace.SpanKind.CLIENT, attributes=DATABASE)


def current_ids() -> dict[str, str]:
    """The ids of the span that is worked on, for a line of the log."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {'trace_id': trace.format_trace_id(context.trace_id), 'span_id': trace.format_span_id(context.span_id)}
