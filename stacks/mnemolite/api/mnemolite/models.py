"""The table and pgvector's type. Written here because the usual package for the type brings numpy with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Float, Index, Text, Uuid, bindparam, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType


class Vector(UserDefinedType[Sequence[float]]):
    """``vector`` or ``vector(384)``, sent in pgvector's text form."""

    cache_ok = True

    def __init__(self, dimensions: int | None = None) -> None:
        self.dimensions = dimensions

    def get_col_spec(self, **_: Any) -> str:
        return 'vector' if self.dimensions is None else f'vector({self.dimensions})'

    def bind_processor(self, dialect: Any) -> Callable[[Any], str]:
        return lambda values: '[' + ','.join(repr(float(value)) for value in values) + ']'

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return func.cast(bindvalue, self)

    def compare_against_backend(self, dialect: Any, stored: Any) -> bool:
        """For alembic: the number of dimensions is the database's own, so any vector is as declared."""
        return isinstance(stored, Vector)


# What the database reports as "vector" is read back as this type, so that `alembic check` can compare.
ischema_names['vector'] = Vector


class Base(DeclarativeBase):
    """Holds the metadata of all tables."""


class Memory(Base):
    """A text, the vector that places it, and whatever the client wants to remember about it."""

    __tablename__ = 'memories'
    __table_args__ = (
        Index(
            'memories_embedding_cosine',
            'embedding',
            postgresql_using='hnsw',
            postgresql_ops={'embedding': 'vector_cosine_ops'},
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    content: Mapped[str] = mapped_column(Text)
    embedding: Mapped[Sequence[float]] = mapped_column(Vector, deferred=True)
    # The attribute cannot be called metadata: SQLAlchemy keeps that name for itself.
    details: Mapped[dict[str, Any]] = mapped_column('metadata', JSONB, server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


def cosine_distance(values: Sequence[float]) -> ColumnElement[float]:
    """Distance of each memory to the values: 0 same direction, 1 unrelated, 2 opposite."""
    return Memory.embedding.op('<=>', return_type=Float())(bindparam('query', values, type_=Vector()))
