"""Traces of requests, in the way of OpenTelemetry. Where nobody takes them, no span is made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from .settings import Settings

tracer = trace.get_tracer('mnemolite')
DATABASE = {'db.system.name': 'postgresql'}


def configure_tracing(settings: Settings) -> None:
    """Sends traces where the environment says. Each worker process has its own sender."""
    if not settings.sends_traces:
        return
    # Loaded only where they are needed.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Name, attributes, sampler and address come from the variables OTEL_….
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def request_span(method: str, headers: Mapping[str, str]) -> Span:
    """A span for a request, below the one that its sender names in ``traceparent``."""
    return tracer.start_span(method, context=propagate.extract(headers), kind=SpanKind.SERVER)


def transaction_span() -> AbstractContextManager[object]:
    """A span for a transaction of a request; the health check's are of none."""
    if not trace.get_current_span().get_span_context().is_valid:
        return nullcontext()
    return tracer.start_as_current_span('transaction', kind=SpanKind.CLIENT, attributes=DATABASE)


def describe(span: Span, method: str, route: str, status: int) -> None:
    """What became of a request; known when it was answered."""
    span.update_name(f'{method} {route}')
    span.set_attributes({'http.request.method': method, 'http.route': route, 'http.response.status_code': status})
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def current_ids() -> dict[str, str]:
    """The ids of the span that is worked on, for a line of the log."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {'trace_id': trace.format_trace_id(context.trace_id), 'span_id': trace.format_span_id(context.span_id)}


def flush() -> None:
    """Sends what is still waiting."""
    shutdown = getattr(trace.get_tracer_provider(), 'shutdown', None)
    if shutdown is not None:
        shutdown()
