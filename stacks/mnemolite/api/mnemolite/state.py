"""What lives as long as one worker process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from .database import Database
from .settings import Settings


@dataclass
class State:
    """The settings, the database, and whether the process is warm or on its way out."""

    settings: Settings
    database: Database
    draining: bool = False
    started: float = field(default_factory=time.monotonic)

    @staticmethod
    def of(connection: HTTPConnection) -> State:
        """The state of the application that got this request."""
        state: State = connection.app.state.mnemolite
        return state

    @property
    def warming_up(self) -> bool:
        """True only while the fault ``slow-start`` lasts."""
        return time.monotonic() - self.started < self.settings.slow_start_seconds
