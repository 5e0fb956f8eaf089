"""Webhooks and what is to be sent to them; counters that outlive processes and episodes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("busy_until", sa.Float, nullable=False),
        sa.Column("last_at", sa.Float),
        sa.Column("last_error", sa.Text),
        sa.Column("ended", sa.Text),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "webhook_id",
            sa.Text,
            sa.ForeignKey("webhooks.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("ended_at", sa.Float),
        sa.UniqueConstraint("webhook_id", "run", "event", name="deliveries_once"),
    )
    op.create_index("deliveries_by_due", "deliveries", ["state", "next_at"])
    op.create_index("deliveries_by_end", "deliveries", ["ended_at"])
    op.create_table(
        "tallies",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("bound", sa.Text, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
    )
