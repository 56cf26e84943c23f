"""What stands before Gradio's application: it lets through only what the page and the ``ask`` endpoint use.

Gradio also serves files by path, fetches addresses on a visitor's behalf and takes uploads. The page needs none of
them, so none is reachable; the library's files and whatever else lies on the machine stay where they are.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000
"""Bytes of a request; the longest message that is read takes a fraction of it."""

_PATHS = frozenset({"/", "/config", "/config/", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json"})
_FOLDERS = ("/assets/", "/static/", "/svelte/")
_API = "/gradio_api/"
_API_PATHS = frozenset(
    {"info", "info/", "app_id", "app_id/", "login_check", "theme.css", "startup-events", "cancel", "reset"}
    | {"queue/join", "queue/data"}
)
_API_FOLDERS = ("heartbeat/", "call/")

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'self'",
            # Gradio's page starts from inline scripts and compiles small functions
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Gate:
    """ASGI middleware: 404 for all but the needed paths, 413 for large bodies, protective headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = _refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_guarded)
        else:
            await PlainTextResponse(refusal.phrase, status_code=refusal)(scope, receive, send_guarded)


def is_needed(path: str) -> bool:
    """Whether the page or the ``ask`` endpoint uses this path."""
    if ".." in path or "\\" in path:
        return False
    if path.startswith(_API):
        rest = path.removeprefix(_API)
        return rest in _API_PATHS or rest.startswith(_API_FOLDERS)
    return path in _PATHS or path.startswith(_FOLDERS)


def _refusal(scope: Scope) -> HTTPStatus | None:
    if not is_needed(scope["path"]):
        return HTTPStatus.NOT_FOUND
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return HTTPStatus.LENGTH_REQUIRED
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None
