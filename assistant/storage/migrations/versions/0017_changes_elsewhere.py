"""Let proposals be under way in another system, and end there without anybody knowing how."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NAME = "ck_proposals_status"
_BEFORE = "status IN ('open', 'executed', 'declined', 'expired', 'superseded', 'failed')"
_NOW = "status IN ('open', 'executing', 'executed', 'unsettled', 'declined', 'expired', 'superseded', 'failed')"


def upgrade() -> None:
    """Make the change."""
    _replace(_NOW)


def downgrade() -> None:
    """Undo the change."""
    _replace(_BEFORE)


def _replace(check: str) -> None:
    with op.batch_alter_table("proposals") as batch:
        batch.drop_constraint(op.f(_NAME), type_="check")
        batch.create_check_constraint(op.f(_NAME), check)
