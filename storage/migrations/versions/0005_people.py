"""The people of a show by their voices, and the voices of each episode."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("show", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("show", "name", name="people_once"),
    )
    op.create_table(
        "voice_prints",
        sa.Column("person", sa.Text, _of_person(), primary_key=True),
        sa.Column("episode_id", sa.Text, primary_key=True),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("vector", sa.JSON, nullable=False),
        sa.Column("speech_s", sa.Float, nullable=False),
        sa.Column("spans", sa.JSON, nullable=False),
    )
    op.create_index("voice_prints_by_episode", "voice_prints", ["episode_id"])
    op.create_table(
        "voices",
        sa.Column("episode_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("label", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.Column("named_by", sa.Text),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("vector", sa.JSON, nullable=False),
        sa.Column("speech_s", sa.Float, nullable=False),
        sa.Column("spans", sa.JSON, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("person", sa.Text, _of_person(), primary_key=True),
        sa.Column("episode_id", sa.Text, primary_key=True),
    )
    op.create_index("refusals_by_episode", "refusals", ["episode_id"])


def _of_person() -> sa.ForeignKey:
    return sa.ForeignKey("people.id", ondelete="CASCADE")
