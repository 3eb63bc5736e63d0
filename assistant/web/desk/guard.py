"""Who is at the desk: the session's cookie, rights by role, and the token against forged forms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Form, Header, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.desk.records import DeskUser, Right
from assistant.desk.sessions import DeskSession
from assistant.errors import AssistantError
from assistant.web.desk.render import DeskTexts, render
from assistant.web.limits import RateLimit
from assistant.web.state import WebState

COOKIE = "desk_session"
LOGINS_A_MINUTE = 10


class SignIn(AssistantError):
    """Nobody is signed in; the login page comes first."""


class Forbidden(AssistantError):
    """The role doesn't allow it, or the form came from somewhere else."""


@dataclass(frozen=True)
class At:
    """A request of somebody who is signed in."""

    session: DeskSession
    t: DeskTexts
    today: date
    path: str
    partial: bool

    @property
    def user(self) -> DeskUser:
        """Who asks."""
        return self.session.user

    def page(self, template: str, /, status: int = 200, **variables: Any) -> HTMLResponse:
        """A page for them."""
        return render(
            template,
            status,
            t=self.t,
            user=self.user,
            csrf=self.session.csrf,
            today=self.today,
            path=self.path,
            **variables,
        )

    def see(self, where: str) -> Response:
        """Go to another page; htmx is told to go there too."""
        if self.partial:
            return Response(status_code=204, headers={"HX-Redirect": where})
        return RedirectResponse(where, 303)


class Guard:
    """Lets people in.

    Args:
        state: what the web room shares.
    """

    def __init__(self, state: WebState) -> None:
        self.state = state
        self.by_address = RateLimit(LOGINS_A_MINUTE, 60.0)
        self.by_name = RateLimit(LOGINS_A_MINUTE, 60.0)

    def may(self, right: Right) -> Callable[[Request], At]:
        """A route's dependency: somebody who may look.

        Raises:
            SignIn: nobody is signed in.
            Forbidden: the role doesn't allow it.
        """

        def at(request: Request) -> At:
            self.state.readiness.require()
            session = self.state.parts.desk.sessions.find(request.cookies.get(COOKIE, ""))
            if session is None:
                raise SignIn(request.url.path)
            found = At(
                session,
                DeskTexts(session.user.language),
                self.state.parts.clock.now().date(),
                request.url.path,
                request.headers.get("HX-Request") == "true",
            )
            if not session.user.may(right):
                raise Forbidden("your role does not allow this")
            return found

        return at

    def doing(self, right: Right) -> Callable[..., At]:
        """A route's dependency: somebody who may do this, by a form of their own page.

        Raises:
            SignIn: nobody is signed in.
            Forbidden: the role doesn't allow it, or the form is forged.
        """
        may = self.may(right)

        def at(
            found: Annotated[At, Depends(may)],
            request: Request,
            csrf: Annotated[str, Form(max_length=128)] = "",
            origin: Annotated[str, Header(max_length=256)] = "",
        ) -> At:
            same = origin in ("", "null") or urlsplit(origin).netloc == request.headers.get("host", "")
            if not same or not found.session.owns(csrf):
                raise Forbidden("the form is out of date; load the page again")
            return found

        return at


def of_browser(request: Request) -> DeskTexts:
    """Texts in the browser's language, for those whose own isn't known."""
    return DeskTexts("zh" if request.headers.get("Accept-Language", "").startswith("zh") else "en")


def install_guard(app: Any) -> None:
    """Answer those who are not signed in with the login page, and the others with a plain page."""

    @app.exception_handler(SignIn)  # type: ignore[untyped-decorator]
    async def _sign_in(request: Request, _error: SignIn) -> Response:
        if request.headers.get("HX-Request") == "true":
            return Response(status_code=204, headers={"HX-Redirect": "/desk/login"})
        return RedirectResponse("/desk/login", 303)

    @app.exception_handler(Forbidden)  # type: ignore[untyped-decorator]
    async def _forbidden(request: Request, error: Forbidden) -> Response:
        return render("forbidden.html", 403, t=of_browser(request), reason=str(error))
