"""The routes by which a browser logs in: a key is shown once, a cookie stands for it.

EventSource, audio and track elements cannot send headers, but they send cookies. Knows
cookies and the form; who may do what is in access.py.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Cookie, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import COOKIE, Asking, Caller, browser, check_csrf, csrf_token, no_key
from api.bodies import BoundedRoute
from api.dependencies import Held
from api.headers import documented_header
from api.html import page
from api.problems import BODY, documented
from api.proxied import here
from api.schemas import Credentials, SessionView
from pipeline.holdings import Holdings
from storage.keys import SESSION_S

router = APIRouter(tags=["access"], route_class=BoundedRoute)


@router.post(
    "/v1/session",
    response_description="You are; the cookie says so from now on",
    responses={
        200: {"headers": documented_header("Set-Cookie", "the session", always=False)},
        **documented(*BODY, "invalid", "no-key"),
    },
)
def log_in(
    credentials: Credentials, request: Request, response: Response, holdings: Held
) -> SessionView:
    """Log a browser in with a key; the session lasts 30 days, or until the key is revoked."""
    if not holdings.settings.needs_keys:
        return _view(Caller())
    caller = _begin(credentials.key, request, response, holdings)
    if caller is None:
        raise no_key("This is no key (any more).")
    return _view(caller)


@router.get(
    "/v1/session", response_description="You", responses=documented("no-key", "too-many")
)
def who(caller: Asking) -> SessionView:
    """Who is asking, and what they may do."""
    return _view(caller)


@router.delete(
    "/v1/session",
    status_code=204,
    response_description="Nobody is logged in here any more",
    responses=documented("no-key", "forbidden", "too-many"),
)
def log_out(caller: Asking, response: Response, holdings: Held) -> None:
    """Log the browser out."""
    _end(caller, response, holdings)


@router.get("/login", include_in_schema=False)
def login_page(
    holdings: Held,
    cleancast_session: Annotated[str | None, Cookie()] = None,
    next: Annotated[str, Query(max_length=2000)] = "",  # noqa: A002  the query's name
) -> HTMLResponse:
    """The page to log in or out."""
    caller = browser(holdings, cleancast_session) if cleancast_session else None
    return page("login.html", caller, next=_local(next), wrong=False)


@router.post("/login", include_in_schema=False)
def log_in_by_form(
    request: Request,
    holdings: Held,
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002  the field's name
) -> Response:
    """Log in and go where one wanted to be."""
    answer = RedirectResponse(_local(next), status_code=303)
    if _begin(key.strip(), request, answer, holdings) is None:
        return page("login.html", None, 401, next=_local(next), wrong=True)
    return answer


@router.post("/logout", include_in_schema=False)
def log_out_by_form(
    holdings: Held,
    csrf: Annotated[str, Form(max_length=200)] = "",
    cleancast_session: Annotated[str | None, Cookie()] = None,
) -> Response:
    """Log out and be asked for a key again."""
    answer = RedirectResponse(here("/login"), status_code=303)
    if cleancast_session:
        check_csrf(cleancast_session, csrf)
        _end(Caller(session=cleancast_session), answer, holdings)
    return answer


def _begin(
    shown: str, request: Request, response: Response, holdings: Holdings
) -> Caller | None:
    key = holdings.keys.find(shown)
    if key is None:
        return None
    session = holdings.keys.begin_session(key)
    response.set_cookie(
        COOKIE,
        session,
        path=here("") or "/",
        max_age=int(SESSION_S),
        secure=_encrypted(request, holdings),
        httponly=True,
        samesite="lax",
    )
    return Caller(key, session)


def _end(caller: Caller, response: Response, holdings: Holdings) -> None:
    if caller.session is not None:
        holdings.keys.end_session(caller.session)
    response.delete_cookie(COOKIE, here("") or "/", httponly=True, samesite="lax")


def _encrypted(request: Request, holdings: Holdings) -> bool:
    """Whether the browser sees https, be it only as far as a proxy."""
    public = urlsplit(holdings.settings.public_url or "")
    ours = request.headers.get("host", "").lower() == public.netloc.lower()
    return request.url.scheme == "https" or (ours and public.scheme == "https")


def _view(caller: Caller) -> SessionView:
    csrf = None if caller.session is None else csrf_token(caller.session)
    return SessionView(key=caller.name, scope=caller.scope, csrf=csrf)


def _local(place: str) -> str:
    """A place on this service, and on no other."""
    below = here("/")
    fine = place.startswith(below) and not place[len(below) :].startswith("/")
    return place if fine and "\\" not in place and place.isprintable() else below
