"""Text of scripts without blanks is found letter by letter; words with marks are whole."""

import sqlalchemy as sa
from alembic import op

from storage.tokens import words_of

revision = "0007"
down_revision = "0006"

AT_ONCE = 2000


def upgrade() -> None:
    """Fold anew what reads otherwise now: only rows with letters beyond ASCII may.

    All of it is one transaction, so what breaks off is done afresh at the next start.
    """
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    size = "length(CAST(text AS BLOB))" if sqlite else "octet_length(text)"
    some = sa.text(
        f"SELECT id, text, folded FROM utterances WHERE id > :after AND {size} > length(text) "
        f"ORDER BY id LIMIT {AT_ONCE}"
    )
    after = -1
    while rows := connection.execute(some, {"after": after}).all():
        after = rows[-1].id
        folded = [(row, " ".join(words_of(row.text))) for row in rows]
        changed = [
            {"row": row.id, "old": row.folded, "new": new}
            for row, new in folded
            if new != row.folded
        ]
        if changed:
            for statement in SQLITE if sqlite else POSTGRESQL:
                connection.execute(sa.text(statement), changed)


# SQLite's triggers know rows that come and go, none that change.
POSTGRESQL = ("UPDATE utterances SET folded = :new WHERE id = :row",)
SQLITE = (
    "INSERT INTO utterances_index(utterances_index, rowid, folded) "
    "VALUES ('delete', :row, :old)",
    *POSTGRESQL,
    "INSERT INTO utterances_index(rowid, folded) VALUES (:row, :new)",
)
