"""The connection pool, and what the program does while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, create_engine, exc
from sqlalchemy.orm import Session

from .settings import Settings
from .tracing import transaction_span

CONNECT_SECONDS = 3
STATEMENT_SECONDS = 15
# Connections of one worker process. No overflow: a connection once made is kept, so a burst does not
# reconnect over and over, and the server's max_connections can be computed.
POOL_SIZE = 10


class DatabaseUnavailableError(Exception):
    """Try again later: the database cannot be reached, is overloaded or is not migrated yet."""


class RefusedValueError(Exception):
    """The database cannot store this value, for instance a NUL character in a text."""


class Database:
    """Hands out sessions. Nothing is connected before the first one is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def engine(self) -> Engine:
        # pool_pre_ping notices connections that a restart of the database has cut, and replaces them.
        return create_engine(
            'postgresql+psycopg://',
            creator=lambda: connect(self._settings),
            pool_pre_ping=True,
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            # What a client stores belongs in no log.
            hide_parameters=True,
        )

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception."""
        try:
            with transaction_span(), Session(self.engine) as session, session.begin():
                yield session
        except exc.TimeoutError as error:
            raise DatabaseUnavailableError('all connections to the database are busy') from error
        except exc.DBAPIError as error:
            meaning = _meaning(error)
            if meaning is None:
                raise
            raise meaning from error

    def close(self) -> None:
        """Gives all connections back to the server."""
        self.engine.dispose()


def _meaning(error: exc.DBAPIError) -> Exception | None:
    """What a client can do about it, or None where it is a fault of this program."""
    match error.orig:
        case psycopg.DataError() | psycopg.errors.StatementTooComplex():
            return RefusedValueError('the database cannot store this value')
        case psycopg.errors.UndefinedTable():
            return DatabaseUnavailableError('the database is not migrated')
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseUnavailableError('the database does not answer')
        case _:
            return None


def connect(settings: Settings) -> psycopg.Connection:
    """A connection with limits on everything that could hang. Reads the secret each time, so a new one counts."""
    try:
        target = _target(settings)
    except OSError as error:
        # As any other reason not to connect: a file that comes back heals it.
        raise psycopg.OperationalError(f'{error.filename}: {error.strerror}') from error
    return psycopg.connect(
        target,
        connect_timeout=CONNECT_SECONDS,
        # A host that vanished sends no FIN: without this a request waits for minutes.
        tcp_user_timeout=CONNECT_SECONDS * 1000,
        options=f'-c statement_timeout={STATEMENT_SECONDS}s',
        application_name=f'mnemolite {settings.version}',
    )


def _target(settings: Settings) -> str:
    if settings.database_url_file is not None:
        return Path(settings.database_url_file).read_text().strip()
    password = None
    if settings.database_password_file is not None:
        password = Path(settings.database_password_file).read_text().rstrip('\r\n')
    return make_conninfo(
        host=settings.database_host,
        port=settings.database_port,
        dbname=settings.database_name,
        user=settings.database_user,
        password=password,
    )
