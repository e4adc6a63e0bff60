"""How alembic reaches the database: `alembic upgrade head`, as often and as many at once as you like."""

from __future__ import annotations

import psycopg
from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, exc, pool, text

from mnemolite.database import connect
from mnemolite.logs import configure_logging
from mnemolite.models import Base
from mnemolite.settings import Settings, SettingsError

# Any number that nothing else in this database locks.
MIGRATION_LOCK = 7_205_759

# Tables belong to the database's owner and not to the role that ran the migration, so every role that is a
# member of the owner can use them.
BECOME_OWNER = text(
    """
    SELECT set_config('role', owner.rolname, false)
    FROM pg_database AS database JOIN pg_roles AS owner ON owner.oid = database.datdba
    WHERE database.datname = current_database() AND pg_has_role(current_user, owner.oid, 'MEMBER')
    """
)


def migrate(connection: Connection) -> None:
    """One transaction for everything: a migration that fails leaves no trace."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        # Taken before alembic reads the revision, released with the transaction: a second run waits,
        # then finds nothing to do.
        connection.execute(text('SELECT pg_advisory_xact_lock(:key)'), {'key': MIGRATION_LOCK})
        connection.execute(text('SET LOCAL statement_timeout = 0'))
        connection.execute(BECOME_OWNER)
        context.run_migrations()


def run() -> None:
    """Errors that an operator can mend are one line, not a stack trace."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise CommandError(f'bad settings: {error}') from None
    configure_logging(settings.log_level)
    if settings.fault == 'migration-fails':
        raise CommandError('the fault migration-fails is set')
    engine = create_engine('postgresql+psycopg://', creator=lambda: connect(settings), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            migrate(connection)
    except exc.OperationalError as error:
        raise CommandError(f'the database does not answer: {error.orig}') from None
    except exc.ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise CommandError(f'role {settings.database_user} may not migrate: {error.orig}') from None
        raise


if context.is_offline_mode():
    raise CommandError('the migration checks what it finds in the database, so there is no offline mode')
run()
