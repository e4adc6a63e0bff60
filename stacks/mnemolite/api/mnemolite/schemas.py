"""What clients send and get."""

from __future__ import annotations

import math
import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

SHORTEST, LONGEST = 1e-6, 1e6


def _has_direction(values: list[float]) -> list[float]:
    """A cosine needs a direction: the zero vector has none, and pgvector computes with 32 bits."""
    if not SHORTEST <= math.hypot(*values) <= LONGEST:
        raise PydanticCustomError('vector_length', f'the length of the vector is not from {SHORTEST:g} to {LONGEST:g}')
    return values


Embedding = Annotated[list[float], Field(min_length=1, max_length=2000), AfterValidator(_has_direction)]


class Body(BaseModel):
    """Refuses fields it does not know: a misspelt one must not vanish silently."""

    model_config = ConfigDict(extra='forbid')


class NewMemory(Body):
    """A memory to store."""

    content: str = Field(min_length=1, max_length=100_000)
    embedding: Embedding
    metadata: dict[str, Any] = Field(default_factory=dict)


class Query(Body):
    """Which memories are nearest to this vector?"""

    embedding: Embedding
    limit: int = Field(default=10, ge=1, le=100)


class StoredMemory(BaseModel):
    """A memory as it was stored, without its vector."""

    id: uuid.UUID
    content: str
    metadata: dict[str, Any]
    created_at: datetime


class FoundMemory(StoredMemory):
    """A memory and its cosine distance to the query: 0 is the same direction, 2 the opposite."""

    distance: float


class Found(BaseModel):
    """The nearest first."""

    memories: list[FoundMemory]
