"""The log in the open standard, for verifiers written by others: C2SP tlog-tiles under /log/<district>/<epoch>.

    checkpoint                        the signed head, a C2SP signed note
    tile/<L>/<N>[.p/<W>]              W hashes of a tile, height 8 (W = 256 when left out)
    tile/entries/<N>[.p/<W>]          the entries themselves, each with its 16-bit length

Entries hold an event's hash and when it was received, nothing about a person, so all of it is public.
"""

import re

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from events.checkpoint import epoch_of
from events.errors import BadProof
from events.tiles import TILE_WIDTH, encode_bundle, parse_tile_number, tile_width
from server.api.problems import ProblemError
from server.live import Live
from server.store.port import Log

_TILE = re.compile(r"/?(?P<level>entries|0|[1-9]\d?)/(?P<number>.+?)(?:\.p/(?P<width>[1-9]\d{0,2}))?")
_FOREVER = "public, max-age=31536000, immutable"


def log_routes(log: Log, live: Live, ours: str) -> list[HTTPRouteHandler]:
    """GET /log/<district>/<epoch>/checkpoint and /tile/…."""

    def require_ours(district: str, epoch: int) -> None:
        if district != ours or epoch != epoch_of(live.head.checkpoint.origin):
            raise ProblemError("not-found", "This server holds no log of that name and epoch.")

    @get("/log/{district:str}/{epoch:int}/checkpoint", tags=["log"], media_type=MediaType.TEXT)
    async def checkpoint(district: FromPath[str], epoch: FromPath[int]) -> Response[str]:
        """The log's signed head (C2SP tlog-checkpoint)."""
        require_ours(district, epoch)
        note = (await live.catch_up()).note
        return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})

    @get("/log/{district:str}/{epoch:int}/tile/{rest:path}", tags=["log"], media_type="application/octet-stream")
    async def tile(district: FromPath[str], epoch: FromPath[int], rest: FromPath[str]) -> Response[bytes]:
        """A tile of the tree, or of its entries (C2SP tlog-tiles)."""
        require_ours(district, epoch)
        level, number, width = _parse(rest)
        size = (await live.catch_up()).checkpoint.size
        if width > tile_width(size, max(level, 0), number):
            raise ProblemError("not-found", "The log has not grown that far.")
        if level < 0:
            content = encode_bundle(await log.entries(number, width))
        else:
            content = await log.tile(level, number, width)
        return Response(content, media_type="application/octet-stream", headers={"Cache-Control": _FOREVER})

    return [checkpoint, tile]


def _parse(path: str) -> tuple[int, int, int]:
    """Level (-1 for entries), number and width of a tile path. Raises ProblemError not-found."""
    found = _TILE.fullmatch(path)
    try:
        if found is None:
            raise BadProof("not a tile path")
        level = -1 if found["level"] == "entries" else int(found["level"])
        number, width = parse_tile_number(found["number"]), int(found["width"] or TILE_WIDTH)
    except BadProof as error:
        raise ProblemError("not-found", "That is no tile.") from error
    if width > TILE_WIDTH or level > 6 or (found["width"] is not None and width == TILE_WIDTH):
        raise ProblemError("not-found", "That is no tile.")
    return level, number, width
