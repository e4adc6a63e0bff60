"""What is known about each request: its id, its line in the access log, its numbers in /metrics."""

from __future__ import annotations

import logging
import re
import time
import uuid

from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .logs import request_id
from .state import State

REQUESTS = Counter('http_requests', 'Requests answered.', ['method', 'route', 'status'])
DURATION = Histogram('http_request_duration_seconds', 'Time from request to last byte.', ['method', 'route'])

METHODS = frozenset({'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'})
# Asked every few seconds by machines: worth a line only when the answer is bad.
PROBES = frozenset({'/health', '/ready', '/metrics'})
ACCEPTED_ID = re.compile(r'[A-Za-z0-9._-]{1,64}')

logger = logging.getLogger('mnemolite.access')


class Telemetry:
    """ASGI middleware. An unhandled exception ends here: logged, and answered without its details."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        identifier = _request_id(scope)
        token = request_id.set(identifier)
        answer = _Answer(send, identifier, self._state)
        started = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            logger.exception('request failed')
            if answer.status is None:
                await JSONResponse({'detail': 'internal error'}, 500)(scope, receive, answer.send)
        finally:
            _record(scope, answer.status or 499, time.perf_counter() - started)
            request_id.reset(token)


class _Answer:
    """Passes the answer on, adds headers and remembers the status."""

    def __init__(self, send: Send, identifier: str, state: State) -> None:
        self._send = send
        self._identifier = identifier
        self._state = state
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message['type'] == 'http.response.start':
            self.status = message['status']
            headers = MutableHeaders(scope=message)
            headers['X-Request-ID'] = self._identifier
            if self._state.draining:
                # The client's next request opens a connection, which leads it to a server that stays.
                headers['Connection'] = 'close'
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The proxy's id, so that both logs tell the same story; a new one where it is missing or odd."""
    given = Headers(scope=scope).get('x-request-id', '')
    return given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex


def _record(scope: Scope, status: int, seconds: float) -> None:
    # The pattern and not the path, and a fixed set of methods: a client must not be able to invent time series.
    route = getattr(scope.get('route'), 'path', 'unmatched')
    method = scope['method'] if scope['method'] in METHODS else 'OTHER'
    REQUESTS.labels(method, route, status).inc()
    DURATION.labels(method, route).observe(seconds)
    quiet = route in PROBES and status < 400
    logger.log(
        logging.DEBUG if quiet else logging.INFO,
        '%s %s %d',
        method,
        scope['path'],
        status,
        extra={
            'method': method,
            'path': scope['path'],
            'route': route,
            'status': status,
            'duration_ms': round(seconds * 1000, 1),
            'client': (scope.get('client') or (None,))[0],
        },
    )
