"""count tokens, hours and edges

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# At the end of their tables: SQLite adds columns nowhere else, and a table made anew loses its CHECKs.
COLUMNS = {'datasets': ('tokens', 'hours', 'edges', 'text_bytes', 'language_count'), 'models': ('active_parameters', 'training_tokens')}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name in columns:
            op.add_column(table, sa.Column(name, sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True))


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.drop_column(table, name)
