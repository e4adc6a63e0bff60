"""Settings from the environment. No other module of the program reads an environment variable.

The exception is FastAPI, which sends traces where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says, and none without it.

The connection comes in one of two forms:

* ``DATABASE_HOST``, ``DATABASE_PORT``, ``DATABASE_NAME``, ``DATABASE_USER`` and ``DATABASE_PASSWORD_FILE``;
* ``DATABASE_URL_FILE``, a file that holds ``postgresql://user:password@host:port/name``.

A password in a variable is never read: a user who may inspect the container would read it too.

``FAULT`` makes the program misbehave on purpose, so that a rollout can be tested:

* ``never-healthy``: runs, but answers 503 at ``/health`` and ``/ready``;
* ``exit-at-start``: logs why and ends with exit code 1;
* ``slow-start:SECONDS``: answers 503 to everything until the seconds have passed;
* ``migration-fails``: ``alembic upgrade head`` ends with an error and changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

FAULTS = ('never-healthy', 'exit-at-start', 'migration-fails', 'slow-start')
LOG_LEVELS = ('DEBUG', 'INFO', 'WARNING', 'ERROR')

# An HNSW index on pgvector's type "vector" takes at most this many dimensions.
MOST_DIMENSIONS = 2000


class SettingsError(Exception):
    """The environment is not usable; the message lists every reason."""


@dataclass(frozen=True)
class Settings:
    """One value per variable, checked."""

    version: str
    log_level: str
    port: int
    workers: int
    embedding_dimensions: int
    shutdown_delay_seconds: int
    shutdown_grace_seconds: int
    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_password_file: str | None
    database_url_file: str | None
    fault: str | None
    slow_start_seconds: float

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads and checks all variables; raises SettingsError naming everything that is wrong."""
        read = _Reader(environ)
        fault, slow_start_seconds = read.fault()
        settings = cls(
            version=read.text('APP_VERSION', 'development'),
            log_level=read.choice('LOG_LEVEL', LOG_LEVELS, 'INFO'),
            port=read.number('PORT', 8000, 1, 65535),
            workers=read.number('WEB_CONCURRENCY', 1, 1, 64),
            embedding_dimensions=read.number('EMBEDDING_DIMENSIONS', 384, 1, MOST_DIMENSIONS),
            # Seconds that /ready answers 503 before the server stops listening. 0 if the proxy is notified earlier.
            shutdown_delay_seconds=read.number('SHUTDOWN_DELAY_SECONDS', 0, 0, 600),
            # Seconds that requests in flight may take after that. Less than the engine's own grace period.
            shutdown_grace_seconds=read.number('SHUTDOWN_GRACE_SECONDS', 25, 0, 3600),
            database_host=read.text('DATABASE_HOST', 'localhost'),
            database_port=read.number('DATABASE_PORT', 5432, 1, 65535),
            database_name=read.text('DATABASE_NAME', 'mnemolite'),
            database_user=read.text('DATABASE_USER', 'mnemolite'),
            database_password_file=read.optional('DATABASE_PASSWORD_FILE'),
            database_url_file=read.optional('DATABASE_URL_FILE'),
            fault=fault,
            slow_start_seconds=slow_start_seconds,
        )
        if read.problems:
            raise SettingsError('; '.join(read.problems))
        return settings


class _Reader:
    """Reads variables and collects problems, so that one start reports them all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def optional(self, name: str) -> str | None:
        return self._environ.get(name) or None

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name) or default

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default).upper()
        if value not in allowed:
            self.problems.append(f'{name} is "{value}" (use one of {", ".join(allowed)})')
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            self.problems.append(f'{name} is "{value}" (use a whole number from {least} to {most})')
            return default
        return int(value)

    def fault(self) -> tuple[str | None, float]:
        value = self.text('FAULT', '')
        kind, _, argument = value.partition(':')
        if not kind:
            return None, 0.0
        slow = kind == 'slow-start'
        if kind not in FAULTS or slow != argument.isdecimal() or bool(argument) != slow:
            self.problems.append(f'FAULT is "{value}" (use one of {", ".join(FAULTS)}:SECONDS)')
            return None, 0.0
        return kind, float(argument or 0)
