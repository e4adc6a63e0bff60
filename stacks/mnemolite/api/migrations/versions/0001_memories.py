"""The table of memories and its index for the nearest ones."""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects import postgresql

from mnemolite.models import Vector
from mnemolite.settings import Settings

revision = '0001'
down_revision = None

EXTENSION = sa.text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")


def upgrade() -> None:
    """The number of dimensions is that of EMBEDDING_DIMENSIONS at this moment, for good."""
    if op.get_bind().execute(EXTENSION).scalar() is None:
        raise CommandError(
            'extension "vector" is missing in this database, and this role may not create it: '
            'let the administrator run CREATE EXTENSION vector (on a PostgresService: add it to the extensions)'
        )
    op.create_table(
        'memories',
        sa.Column('id', sa.Uuid, primary_key=True),
        sa.Column('content', sa.Text, nullable=False),
        sa.Column('embedding', Vector(Settings.from_environment().embedding_dimensions), nullable=False),
        sa.Column('metadata', postgresql.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index(
        'memories_embedding_cosine',
        'memories',
        ['embedding'],
        postgresql_using='hnsw',
        postgresql_ops={'embedding': 'vector_cosine_ops'},
    )


def downgrade() -> None:
    op.drop_table('memories')
