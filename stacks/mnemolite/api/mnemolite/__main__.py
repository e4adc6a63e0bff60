"""``python -m mnemolite``: the server. With ``--reload`` it restarts itself when a source file changes."""

from __future__ import annotations

import logging
import os
import sys
import tempfile

from .logs import configure_logging
from .settings import Settings, SettingsError

logger = logging.getLogger('mnemolite')


def main() -> None:
    """Checks the settings, then serves until SIGTERM."""
    configure_logging('INFO')
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        logger.error('bad settings: %s', error)
        raise SystemExit(1) from None
    configure_logging(settings.log_level)
    if settings.fault == 'exit-at-start':
        logger.error('the fault exit-at-start is set')
        raise SystemExit(1)
    serve(settings, reload='--reload' in sys.argv[1:])


def serve(settings: Settings, reload: bool) -> None:
    """Runs uvicorn with our logs in place of its own."""
    if settings.workers > 1 and not reload:
        # Must be set before prometheus_client is imported: its counters become files that the workers share.
        os.environ['PROMETHEUS_MULTIPROC_DIR'] = tempfile.mkdtemp(prefix='mnemolite-metrics-')
    import uvicorn

    uvicorn.run(
        'mnemolite.main:app',
        host='0.0.0.0',  # noqa: S104 - inside the container; what is published is decided outside
        port=settings.port,
        workers=settings.workers,
        reload=reload,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_grace_seconds,
    )


if __name__ == '__main__':
    main()
