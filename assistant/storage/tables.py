"""Importing this module puts every table on `Base.metadata`."""

from assistant.storage import (
    attachment_tables,
    conversation_tables,
    desk_tables,
    identity_tables,
    knowledge_tables,
    privacy_tables,
    proposal_tables,
    shop_tables,
    web_tables,
    webhook_tables,
)
from assistant.storage.base import Base

METADATA = Base.metadata
TABLE_MODULES = (
    attachment_tables,
    conversation_tables,
    desk_tables,
    identity_tables,
    knowledge_tables,
    privacy_tables,
    proposal_tables,
    shop_tables,
    web_tables,
    webhook_tables,
)
