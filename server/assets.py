"""The web app's files: ``server/web_dist`` as Vite built it, served without Node.

    /assets/<name>-<hash>.<ext>    never changes: kept by browsers for a year
    everything else                asked for again each time, by ETag: 304 when it is the same
    an unknown path without a dot  index.html: the app finds its own screen

The files are read once at start. The policy sent with each page lets it load and speak to this server only;
``wasm-unsafe-eval`` is for the barcode reader's own .wasm.
"""

import hashlib
import mimetypes
from pathlib import Path

import msgspec
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from server.api.problems import AnyRequest, ProblemError

WEB_DIST = Path(__file__).parent / "web_dist"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".wasm": "application/wasm"}

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
}
"""Sent with every answer of the server."""


class Asset(msgspec.Struct, frozen=True):
    """One file, ready to send."""

    content: bytes
    media_type: str
    etag: str
    cache_control: str


def read_assets(folder: Path = WEB_DIST) -> dict[str, Asset]:
    """Every file below the folder by its path; none when the app was not built."""
    if not folder.is_dir():
        return {}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): _asset(folder, path) for path in files}


def asset_route(assets: dict[str, Asset]) -> HTTPRouteHandler:
    """The route of everything that is no other route."""

    @get(["/", "/{path:path}"], include_in_schema=False)
    async def app(request: AnyRequest) -> Response[bytes]:
        """A file of the web app, or its first page."""
        asked = request.scope["path"].strip("/")
        asset = assets.get(asked)
        if asset is None and "." not in asked.rpartition("/")[2] and not asked.startswith(("api/", "log/", "assets/")):
            if "index.html" not in assets:
                detail = "Build it with `make web`, then start the server again. The API works without it."
                raise ProblemError("web-app-missing", detail)
            asset = assets["index.html"]
        if asset is None:
            raise ProblemError("not-found", "Check the address.")
        return _send(request, asset)

    return app


def _send(request: AnyRequest, asset: Asset) -> Response[bytes]:
    headers = {"ETag": asset.etag, "Cache-Control": asset.cache_control}
    if _matches(request.headers.get("If-None-Match", ""), asset.etag):
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)


def _matches(sent: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, weak ones count, compression may have made ours weak."""
    return sent.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in sent.split(","))


def _asset(folder: Path, path: Path) -> Asset:
    content = path.read_bytes()
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or MediaType.TEXT.value
    if guessed.endswith("json"):  # Litestar says so itself of text/…
        guessed += "; charset=utf-8"
    is_hashed = path.relative_to(folder).parts[0] == "assets"
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Asset(content, guessed, etag, _FOREVER if is_hashed else "no-cache")
