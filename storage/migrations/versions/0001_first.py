"""Episodes, what was said in them, and the workers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite's index holds no text of its own: triggers keep it level with `utterances`.
SQLITE = (
    """CREATE VIRTUAL TABLE utterances_index USING fts5(
        folded, content='utterances', content_rowid='id')""",
    """CREATE TRIGGER utterances_added AFTER INSERT ON utterances BEGIN
        INSERT INTO utterances_index(rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER utterances_removed AFTER DELETE ON utterances BEGIN
        INSERT INTO utterances_index(utterances_index, rowid, folded)
        VALUES ('delete', old.id, old.folded); END""",
)
POSTGRESQL = (
    """ALTER TABLE utterances ADD COLUMN words tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED""",
    "CREATE INDEX utterances_by_words ON utterances USING gin (words)",
)


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        "episodes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("show", sa.Text),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("edits", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stage", sa.Text),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("duration_s", sa.Float),
        sa.Column("language", sa.Text),
        sa.Column("summary", sa.JSON),
        sa.Column("transcript", sa.Text),
        sa.Column("audio", sa.Text),
        sa.Column("audio_bytes", sa.BigInteger, nullable=False),
        sa.Column("audio_at", sa.Float, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("started_at", sa.Float),
        sa.Column("finished_at", sa.Float),
    )
    op.create_index("episodes_by_age", "episodes", ["created_at", "id"])
    op.create_index("episodes_by_status", "episodes", ["status"])
    op.create_table(
        "utterances",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "episode_id",
            sa.Text,
            sa.ForeignKey("episodes.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("speaker", sa.Text),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )
    op.create_index("utterances_by_episode", "utterances", ["episode_id"])
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("beat_at", sa.Float, nullable=False),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)
