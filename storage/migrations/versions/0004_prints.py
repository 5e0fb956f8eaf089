"""What episodes have in common: their prints, where they match, what was made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "printed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("episode_id", sa.Text, nullable=False, unique=True),
        sa.Column("shelf", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("duration_s", sa.Float, nullable=False),
        sa.Column("sound", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("printed_by_shelf", "printed", ["shelf"])
    op.create_table(
        "prints",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("printed", sa.Integer, _of(), primary_key=True),
        sa.Column("at", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("prints_by_printed", "prints", ["printed"])
    op.create_table(
        "matches",
        sa.Column("a", sa.Integer, _of(), nullable=False),
        sa.Column("b", sa.Integer, _of(), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("a_start", sa.Float, nullable=False),
        sa.Column("a_end", sa.Float, nullable=False),
        sa.Column("b_start", sa.Float, nullable=False),
        sa.Column("b_end", sa.Float, nullable=False),
    )
    op.create_index("matches_by_a", "matches", ["a"])
    op.create_index("matches_by_b", "matches", ["b"])
    op.create_table(
        "marked",
        sa.Column("printed", sa.Integer, _of(), nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("sponsor", sa.Text),
        sa.Column("teller", sa.Text, nullable=False),
    )
    op.create_index("marked_by_printed", "marked", ["printed"])


def _of() -> sa.ForeignKey:
    return sa.ForeignKey("printed.id", ondelete="CASCADE")
