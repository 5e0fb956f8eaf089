"""Who may use the service: keys, the sessions of browsers, and shared links."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; note of each episode whose key sent it."""
    op.add_column("episodes", sa.Column("sent_by", sa.Text))
    op.create_table(
        "keys",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("upload_mb", sa.Float),
        sa.Column("queued", sa.Integer),
        sa.Column("per_minute", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column(
            "key", sa.Text, sa.ForeignKey("keys.name", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("ends_at", sa.Float, nullable=False),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("episode_id", sa.Text, sa.ForeignKey("episodes.id", ondelete="CASCADE")),
        sa.Column("show", sa.Text),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("ends_at", sa.Float),
    )
