"""Photos and voice notes: read when they are uploaded, sent with a message, opened again by their owner.

The routes, and the buttons in the widget, are there only where a reader is set up.
"""

from typing import Annotated, Literal, Protocol

from anyio.to_thread import run_sync
from fastapi import APIRouter, BackgroundTasks, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from assistant.conversation.heard.attached import Attached
from assistant.errors import CustomerError
from assistant.media.reader import Reading
from assistant.media.store import AttachmentStore
from assistant.text.language import Language
from assistant.web.errors import ApiError, documented
from assistant.web.state import WebState
from assistant.web.tokens import Identity

PATH = "/api/attachments"
ATTACHMENT_ID = r"^[A-Za-z0-9_-]{1,64}$"
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
"""A picture of a stranger's is shown as a picture and as nothing else."""


class AttachmentReader(Protocol):
    """What makes words of files (`assistant.media.reader.MediaReader`)."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """What it reads, as `image/png` or `audio/*`."""
        ...

    @property
    def languages(self) -> tuple[Language, ...]:
        """Spoken languages that it understands."""
        ...

    def read(self, content: bytes, language: Language) -> Reading:
        """What stands in a file.

        Raises:
            CustomerError: the file can't be read; says so to the customer.
        """
        ...


class AttachmentView(BaseModel):
    """What was read in a file.

    `text` is a voice note's transcript, or what stands for a photo without words. Send it as the `message` of `POST
    /api/chat`, with `attachment_id`; beside a photo words of the customer's own may stand in its place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attachment_id: str
    kind: Literal["voice", "photo"]
    text: str


def attachment_routes(state: WebState, reader: AttachmentReader) -> APIRouter:
    """`POST /api/attachments` and `GET /api/attachments/{id}`."""
    router = APIRouter(tags=["chat"])

    @router.post(
        PATH,
        responses=documented(400, 401, 413, 415, 422, 429, 503),
        openapi_extra={"requestBody": {"required": True, "content": {kind: {} for kind in reader.media_types}}},
        summary="Have a photo or a voice note read",
    )
    async def attach(
        request: Request,
        after: BackgroundTasks,
        identity: Annotated[Identity, Depends(state.identity)],
        language: Annotated[Language, Query()] = "en",
        content_type: Annotated[str, Header(max_length=100)] = "",
    ) -> AttachmentView:
        media_type = content_type.split(";")[0].strip().lower()
        if not media_type.startswith(_beginnings(reader.media_types)):
            raise ApiError(415, "media_type", f"send one of: {', '.join(reader.media_types)}")
        state.owner_limit.hit(identity.owner)
        content = await request.body()
        try:
            reading = await run_sync(reader.read, content, language)
        except CustomerError as error:
            raise ApiError(422, "refused", str(error)) from error
        store = store_of(state)
        attachment_id = await run_sync(store.put, reading, identity.owner, identity.customer_id)
        if reading.picture and not reading.values and state.parts.settings.vision_model:
            after.add_task(_describe, state, attachment_id, reading.picture)
        return AttachmentView(attachment_id=attachment_id, kind=reading.kind, text=reading.text)

    @router.get(
        PATH + "/{attachment_id}",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}}, **documented(401, 404, 422, 503)},
        summary="A photo that one sent oneself",
    )
    def own(attachment_id: str, identity: Annotated[Identity, Depends(state.identity)]) -> Response:
        return picture_answer(store_of(state).picture(attachment_id, owner=identity.owner))

    return router


def store_of(state: WebState) -> AttachmentStore:
    """Where files are kept; reading it opens the database, so only once ready."""
    return AttachmentStore(state.parts.database, state.parts.settings.attachments_dir, state.parts.clock)


def picture_answer(picture: bytes | None) -> Response:
    """A photo as an answer that can do no harm in a browser.

    Raises:
        ApiError: 404 there is none.
    """
    if picture is None:
        raise ApiError(404, "not_found", "there is no such photo")
    return Response(picture, media_type="image/jpeg", headers=PICTURE_HEADERS)


def attached_to(state: WebState, identity: Identity, attachment_id: str | None, message: str) -> Attached | None:
    """What comes with a message; None where nothing does, or where it came with an earlier one.

    Raises:
        ApiError: 404 there is no such file of theirs.
    """
    if attachment_id is None:
        return None
    try:
        return store_of(state).take(attachment_id, identity.owner, message)
    except LookupError as error:
        raise ApiError(404, "not_found", "there is no such attachment") from error


def _describe(state: WebState, attachment_id: str, picture: bytes) -> None:
    """Have a vision model say what is in a photo, for the desk."""
    from assistant.media.photo.vision import described

    settings = state.parts.settings
    words = described(
        picture,
        state.parts.prompts.render("media/describe"),
        base_url=settings.hosted_base_url,
        api_key=settings.hosted_api_key.get_secret_value(),
        model=settings.vision_model,
        timeout_s=settings.hosted_timeout_s,
    )
    if words:
        store_of(state).describe(attachment_id, words)


def _beginnings(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """`image/`, `audio/`: what a file is more exactly is found out from its content."""
    return tuple({f"{kind.split('/')[0]}/" for kind in kinds})
