"""The table of refused forms."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.kernel.database import metadata

refused_form = sa.Table(
    "refused_form",
    metadata,
    sa.Column("interaction_id", sa.BigInteger, nullable=False, autoincrement=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("form", pg.JSONB, nullable=False),
    sa.Column("refused_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("interaction_id", name="refused_form_pkey"),
    sa.Index("refused_form_at_idx", "refused_at"),
)
