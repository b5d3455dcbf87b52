"""Pictures of papers: PUT /photos/{name}/{number} from a device, GET /api/students/{student}/photos/{name} to read.

A device sends sealed pieces and asks how far it came; who reads is asked as for the record, and the look is on record
before the picture leaves.
"""

from litestar import Response, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK

from events.catalog.event_type import Photo
from events.errors import Refused
from events.ids import Hash
from events.photos import PIECE_BYTES, PhotoUnreadable, open_photo
from events.wire import PhotoState
from projections.student import Student
from server.access import AccessRecord
from server.api.asking import Asking
from server.api.problems import AnyRequest, ProblemError
from server.api.students import opening
from server.district import District
from server.live import Live
from server.photos import Photos, photos_of
from server.records import read_child

_HEX = frozenset("0123456789abcdef")


def photo_routes(
    photos: Photos, district: District, live: Live, asking: Asking, access: AccessRecord
) -> list[HTTPRouteHandler]:
    """The three routes."""

    @put("/photos/{name:str}/{number:int}", tags=["sync"], status_code=HTTP_200_OK, request_max_body_size=PIECE_BYTES)
    async def send_piece(
        request: AnyRequest,
        name: FromPath[str],
        number: FromPath[int],
        size: FromQuery[int],
        at: FromQuery[int | None] = None,
    ) -> PhotoState:
        """Keep a piece of a sealed picture, or a part of it; the answer to the last one carries the receipt."""
        bearer = await asking.bearer(request)
        return await photos.take(bearer.device, _name(name), number, size, await request.body(), at)

    @get("/photos/{name:str}", tags=["sync"])
    async def ask_photo(request: AnyRequest, name: FromPath[str]) -> PhotoState:
        """How many pieces of a sealed picture are here."""
        await asking.bearer(request)
        return await photos.state(_name(name))

    @get("/api/students/{student:str}/photos/{name:str}", tags=["students"])
    async def read_photo(request: AnyRequest, student: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """A paper's picture, opened with the key of the event that names it."""
        wanted, person = await opening(live, asking, request, student)
        linked = live.scopes.linked(wanted)
        records = await read_child(district, linked, live.about.streams(linked))
        named = photo_named(records.student(wanted), _name(name))
        sealed = None if named is None else await photos.read(_name(name))
        if named is None or sealed is None:
            raise ProblemError("not-found", "This picture is not here, or not yet: it may still be on the phone.")
        await access.viewed(person.id, linked, "photo")
        try:
            return Response(open_photo(sealed, named), media_type="image/jpeg")
        except PhotoUnreadable as error:
            raise Refused("photo-unreadable", str(error)) from error

    return [send_piece, ask_photo, read_photo]


def photo_named(student: Student, name: Hash) -> Photo | None:
    return next((one for one in photos_of(student) if one.sealed == name), None)


def _name(text: str) -> Hash:
    if len(text) != 64 or not set(text) <= _HEX:
        raise ProblemError("bad-request", "A picture is named by 64 hexadecimal digits.", "name")
    return Hash(text)
