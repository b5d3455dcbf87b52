"""The copy that ``doseledger verify`` reads: of one moment, with what is kept outside the database."""

from server.store.destruction import DestructionList
from server.store.postgres.copying import copied_home
from tests.contract.place import CHILD, doses
from tests.postgres.place import PostgresPlace
from tests.server.making import DISTRICT


async def test_the_copy_knows_which_keys_were_destroyed(place: PostgresPlace) -> None:
    """PG-R43: else a destroyed event would look like a lost one."""
    log = await place.open()
    await log.append(doses(2))
    await log.destroy([CHILD])
    async with copied_home(place.url, place.url, place.home, DISTRICT) as copy:
        listed = DestructionList(copy.checkpoints, DISTRICT).read()
        assert listed == DestructionList(place.home.checkpoints, DISTRICT).read()
        assert len(listed) == 1
        assert copy.ledger.exists()
        assert copy.keyring.exists()
