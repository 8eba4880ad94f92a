"""How what was set aside came to its end, and since when its record is missing from the source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("absent_since", sa.BigInteger()))
    op.add_column("quarantine", sa.Column("ending", sa.Text()))


def downgrade() -> None:
    raise NotImplementedError("a ledger only moves forward: restore a copy to go back")
