"""Storing memories and finding them again."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import func, select

from .models import Memory, cosine_distance
from .schemas import Found, FoundMemory, NewMemory, Query, StoredMemory
from .state import State

router = APIRouter(prefix='/v1/memories')

# pgvector's own default: an HNSW search never finds more rows than this setting says.
LEAST_CANDIDATES = 40


# Plain functions and not coroutines: the framework runs them in threads, so a slow query blocks no other request.
@router.post('', status_code=201)
def store(body: NewMemory, request: Request, response: Response) -> StoredMemory:
    """Stores one memory."""
    state = State.of(request)
    _check_dimensions(body.embedding, state.settings.embedding_dimensions)
    memory = Memory(content=body.content, embedding=body.embedding, details=body.metadata)
    with state.database.session() as session:
        session.add(memory)
        session.flush()
        stored = StoredMemory(**_fields(memory))
    response.headers['Location'] = f'{router.prefix}/{stored.id}'
    return stored


@router.get('/{memory_id}')
def fetch(memory_id: uuid.UUID, request: Request) -> StoredMemory:
    """One memory by its id."""
    with State.of(request).database.session() as session:
        memory = session.get(Memory, memory_id)
        if memory is None:
            raise HTTPException(404, f'there is no memory {memory_id}')
        return StoredMemory(**_fields(memory))


@router.post('/search')
def search(body: Query, request: Request) -> Found:
    """The memories nearest to a vector by cosine distance, the nearest first."""
    state = State.of(request)
    _check_dimensions(body.embedding, state.settings.embedding_dimensions)
    distance = cosine_distance(body.embedding).label('distance')
    candidates = str(max(LEAST_CANDIDATES, body.limit))
    with state.database.session() as session:
        session.execute(select(func.set_config('hnsw.ef_search', candidates, True)))
        rows = session.execute(select(Memory, distance).order_by(distance).limit(body.limit)).all()
        return Found(memories=[FoundMemory(**_fields(memory), distance=near) for memory, near in rows])


def _fields(memory: Memory) -> dict[str, Any]:
    return {
        'id': memory.id,
        'content': memory.content,
        'metadata': memory.details,
        'created_at': memory.created_at,
    }


def _check_dimensions(embedding: list[float], expected: int) -> None:
    if len(embedding) != expected:
        message = f'has {len(embedding)} numbers; this server stores vectors of {expected}'
        error = {'type': 'embedding_dimensions', 'loc': ('body', 'embedding'), 'msg': message}
        raise RequestValidationError([error])
