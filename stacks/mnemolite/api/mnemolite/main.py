"""The application: ``mnemolite.main:app``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp, Receive, Scope, Send

from . import demonstration, memories, operations
from .database import Database, DatabaseUnavailableError, RefusedValueError
from .logs import configure_logging
from .settings import Settings
from .shutdown import announce_shutdown
from .state import State
from .telemetry import PROBES, Telemetry

# Spans of requests alone: numbers are in /metrics, and what went wrong is in the log.
TRACES: TelemetryConfig = {
    'auto_configure': True,
    'metrics': False,
    'logs': False,
    'operation_spans': False,
    'exclude': lambda scope: scope.get('path') in PROBES,
}

logger = logging.getLogger('mnemolite')


def create_app(settings: Settings) -> FastAPI:
    """Puts the parts together. Connects to nothing."""
    app = FastAPI(title='MnemoLite', version=settings.version, lifespan=_lifespan, telemetry=TRACES)
    app.state.mnemolite = State(settings, Database(settings))
    app.add_middleware(_WarmUp, state=app.state.mnemolite)
    app.add_middleware(Telemetry, state=app.state.mnemolite)
    app.add_exception_handler(DatabaseUnavailableError, _unavailable)
    app.add_exception_handler(RefusedValueError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    for part in (operations, memories, demonstration):
        app.include_router(part.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: State = app.state.mnemolite
    announce_shutdown(state)
    logger.info('version %s started', state.settings.version)
    yield
    state.database.close()
    logger.info('version %s stopped', state.settings.version)


class _WarmUp:
    """Answers 503 to everything while the fault ``slow-start`` lasts."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http' and self._state.warming_up:
            await JSONResponse({'detail': 'warming up'}, 503, {'Retry-After': '1'})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    cause = error.__cause__
    logger.warning('%s: %s', error, getattr(cause, 'orig', None) or cause)
    return JSONResponse({'detail': str(error)}, 503, {'Retry-After': '1'})


async def _refused(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({'detail': str(error)}, 422)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    # Where and why, but not the input: it may be large, and NaN cannot be sent back.
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({'detail': [{key: each[key] for key in ('loc', 'msg', 'type')} for each in problems]}, 422)


_settings = Settings.from_environment()
configure_logging(_settings.log_level)
app = create_app(_settings)
