"""Two endpoints that only exist to be watched: a request that lasts, and a connection that stays open."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

router = APIRouter(prefix='/v1')


@router.get('/slow')
async def slow(seconds: Annotated[float, Query(ge=0, le=10, allow_inf_nan=False)] = 5) -> dict[str, float]:
    """Answers after the seconds: start it, deploy, and see it complete."""
    await asyncio.sleep(seconds)
    return {'seconds': seconds}


@router.websocket('/echo')
async def echo(websocket: WebSocket) -> None:
    """Sends every text back: open it, change a route of the proxy, and see it stay open."""
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        return
