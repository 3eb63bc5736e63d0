"""Photos and voice notes that customers add: read into words, which they see and may correct before they send them.

Nothing is kept of a file. The route, and the button in the widget, are there only where a reader is set up.
"""

from typing import Annotated, Protocol

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict

from assistant.errors import CustomerError
from assistant.text.language import Language
from assistant.web.errors import ApiError, documented
from assistant.web.state import WebState
from assistant.web.tokens import Identity

PATH = "/api/attachments"


class AttachmentReader(Protocol):
    """What makes words of files."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """What it reads, as `image/png` or `audio/*`."""
        ...

    def read(self, content: bytes, media_type: str, language: Language) -> str:
        """The words in a file.

        Raises:
            CustomerError: there are none, or the file can't be read; says so to the customer.
        """
        ...


class AttachmentView(BaseModel):
    """What was read in a file, for the customer to look over and send."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str


def attachment_routes(state: WebState, reader: AttachmentReader) -> APIRouter:
    """`POST /api/attachments`."""
    router = APIRouter(tags=["chat"])

    @router.post(
        PATH,
        responses=documented(400, 401, 413, 415, 422, 429, 503),
        openapi_extra={"requestBody": {"required": True, "content": {kind: {} for kind in reader.media_types}}},
        summary="Have a photo or a voice note read into words",
    )
    async def attach(
        request: Request,
        identity: Annotated[Identity, Depends(state.identity)],
        language: Annotated[Language, Query()] = "en",
        content_type: Annotated[str, Header(max_length=100)] = "",
    ) -> AttachmentView:
        media_type = content_type.split(";")[0].strip().lower()
        if not any(_fits(media_type, kind) for kind in reader.media_types):
            raise ApiError(415, "media_type", f"send one of: {', '.join(reader.media_types)}")
        state.owner_limit.hit(identity.owner)
        content = await request.body()
        try:
            return AttachmentView(text=await run_sync(reader.read, content, media_type, language))
        except CustomerError as error:
            raise ApiError(422, "refused", str(error)) from error

    return router


def _fits(media_type: str, kind: str) -> bool:
    return media_type == kind or (kind.endswith("/*") and media_type.startswith(kind[:-1]))
