"""Signing in and out, and the language that somebody works in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from assistant.web.desk.guard import COOKIE, At, Guard, of_browser
from assistant.web.desk.render import render
from assistant.web.errors import ApiError


def account_pages(guard: Guard) -> APIRouter:
    """`/desk/login`, `/desk/logout` and `/desk/language`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    desk = guard.state.parts

    @router.get("/login")
    def login_page(request: Request) -> Response:
        return render("login.html", t=of_browser(request), problem="", name="")

    @router.post("/login", dependencies=[Depends(guard.state.ready)])
    def login(
        request: Request,
        name: Annotated[str, Form(max_length=64)] = "",
        password: Annotated[str, Form(max_length=512)] = "",
    ) -> Response:
        t = of_browser(request)
        try:
            guard.by_address.hit(request.client.host if request.client else "")
            guard.by_name.hit(name.strip().lower())
        except ApiError as error:
            wait = error.retry_after_s or 60
            return render("login.html", 429, t=t, problem=t("login.wait", n=wait), name=name)
        user = desk.desk.users.authenticate(name, password)
        if user is None:
            return render("login.html", 401, t=t, problem=t("login.wrong"), name=name)
        desk.desk.audit.note(user.user_id, "signed in")
        answer = RedirectResponse("/desk", 303)
        answer.set_cookie(
            COOKIE,
            desk.desk.sessions.start(user.user_id),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
            path="/desk",
        )
        return answer

    @router.post("/logout")
    def logout(request: Request, at: Annotated[At, Depends(guard.doing("watch"))]) -> Response:
        desk.desk.sessions.end(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/desk/login", 303)
        answer.delete_cookie(COOKIE, path="/desk")
        return answer

    @router.post("/language")
    def language(at: Annotated[At, Depends(guard.doing("watch"))], back: Annotated[str, Form()] = "/desk") -> Response:
        desk.desk.users.set_language(at.user.user_id, "en" if at.user.language == "zh" else "zh")
        return RedirectResponse(back if back.startswith("/desk") and "\\" not in back else "/desk", 303)

    return router
