"""Episodes by their last change, which pages ask for all the time."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index."""
    op.create_index("episodes_by_change", "episodes", ["updated_at"])
