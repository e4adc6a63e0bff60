"""SIGTERM: first say so at /ready, then let the server finish what is in flight."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from types import FrameType

from .state import State

logger = logging.getLogger('mnemolite.shutdown')


def announce_shutdown(state: State) -> None:
    """Puts a handler in front of the server's own, which is called after the delay.

    Done inside the application and not in a server class, so that it holds for one worker, for several, and
    for the reloading server of development.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    server_handler = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        state.draining = True
        if callable(server_handler):
            server_handler(number, frame)

    def handle(number: int, frame: FrameType | None) -> None:
        # A second SIGTERM is not patient.
        delay = 0 if state.draining else state.settings.shutdown_delay_seconds
        state.draining = True
        logger.info('SIGTERM: not ready from now on, listening for another %d s', delay)
        loop.call_soon_threadsafe(loop.call_later, delay, stop, number, frame)

    signal.signal(signal.SIGTERM, handle)
