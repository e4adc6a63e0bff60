"""What the platform asks: is it alive, may it get traffic, what are its numbers, which version is it."""

from __future__ import annotations

import os

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from .database import DatabaseUnavailableError
from .state import State

router = APIRouter()


@router.get('/health')
async def health(request: Request) -> JSONResponse:
    """Is the process alive? Says nothing about the database: a restart of this process would not repair that."""
    reason = _fault(State.of(request))
    if reason is not None:
        return JSONResponse({'status': 'unhealthy', 'reason': reason}, 503)
    return JSONResponse({'status': 'healthy'})


@router.get('/ready')
def ready(request: Request) -> JSONResponse:
    """May it get traffic? Not while shutting down, without database or before the migration."""
    state = State.of(request)
    reason = _fault(state) or ('shutting down' if state.draining else _schema_problem(state))
    if reason is not None:
        return JSONResponse({'status': 'unavailable', 'reason': reason}, 503, {'Retry-After': '1'})
    return JSONResponse({'status': 'ready'})


@router.get('/version')
async def version(request: Request) -> dict[str, str]:
    """The version that was deployed (APP_VERSION)."""
    return {'version': State.of(request).settings.version}


@router.get('/metrics')
def metrics() -> Response:
    """Prometheus text. With several workers the sum of all of them, which they share through files."""
    return Response(generate_latest(_registry()), media_type=CONTENT_TYPE_LATEST)


def _fault(state: State) -> str | None:
    return 'the fault never-healthy is set' if state.settings.fault == 'never-healthy' else None


def _registry() -> CollectorRegistry:
    if 'PROMETHEUS_MULTIPROC_DIR' not in os.environ:
        return REGISTRY
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _schema_problem(state: State) -> str | None:
    # Imported late: alembic takes longer to import than the rest of the start, and only this needs it.
    from .schema import problem

    try:
        with state.database.session() as session:
            return problem(session, state.settings.embedding_dimensions)
    except DatabaseUnavailableError as error:
        return str(error)
