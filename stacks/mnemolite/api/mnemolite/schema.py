"""Does the database's schema fit this program?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

DIMENSIONS = text("SELECT atttypmod FROM pg_attribute WHERE attrelid = 'memories'::regclass AND attname = 'embedding'")


def problem(session: Session, dimensions: int) -> str | None:
    """Why the schema does not fit, or None.

    A revision that this program does not know is fine: during a rollout the new version migrates while the
    old one still serves, and migrations are written so that the old one can.
    """
    revision = session.execute(text('SELECT version_num FROM alembic_version')).scalar()
    head, known = _revisions()
    if revision is None or (revision in known and revision != head):
        return f'the schema is at revision {revision}, this version needs {head}: run "alembic upgrade head"'
    stored = session.execute(DIMENSIONS).scalar()
    if stored != dimensions:
        return f'the schema stores vectors of {stored} numbers, EMBEDDING_DIMENSIONS is {dimensions}'
    return None


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    config = Config()
    config.set_main_option('script_location', str(Path(__file__).parent.parent / 'migrations'))
    scripts = ScriptDirectory.from_config(config)
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())
