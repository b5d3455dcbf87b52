"""What a phone's store does not give back as it was written is said in words, and what happens about it."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.nurse import Nurse
from tests.browser.school import School

SPOIL = """async (prefix) => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("doseledger");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const transaction = database.transaction("sealed", "readwrite");
  const store = transaction.objectStore("sealed");
  const spoilt = await new Promise((resolve) => {
    const asked = store.openCursor(IDBKeyRange.bound(prefix, prefix + "\\uffff"));
    asked.onsuccess = () => {
      const bytes = asked.result.value;
      bytes[bytes.length - 20] ^= 1;
      store.put(bytes, asked.result.key);
      resolve(asked.result.key);
    };
  });
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  database.close();
  return spoilt;
}"""


def spoil(page: Page, prefix: str) -> None:
    """One bit of a value that lies in this phone's store is another."""
    assert str(page.evaluate(SPOIL, prefix)).startswith(prefix)


def test_a_damaged_download_is_named_and_healed_by_the_server(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R197: on the outbox, the settings and the child's screen, in both languages."""
    child = school.child("Cade")
    phone.set_offline(True)
    spoil(nurse.page, "held/")
    nurse.page.reload()
    nurse.unlock()
    asked = "Records of this clinic were damaged in this phone's store"
    for place in ("outbox", "settings"):
        nurse.go(place)
        expect(nurse.page.locator("main")).to_contain_text(asked)
        expect(nurse.page.locator("main")).to_contain_text("A copy is asked from the server")
    phone.set_offline(False)
    nurse.go("outbox")
    expect(nurse.page.locator("main")).to_contain_text("They were fetched anew from the server; nothing is missing.")
    nurse.open_child(child)
    expect(nurse.page.locator("main")).not_to_contain_text("damaged in this phone's store")
    nurse.go("settings")
    nurse.page.get_by_label("Español").check()
    expect(nurse.page.locator("main")).to_contain_text("Se volvieron a traer del servidor; no falta nada.")


def test_a_damaged_entry_of_its_own_is_named_and_its_sealed_copy_delivered(
    phone: BrowserContext, school: School, nurse: Nurse
) -> None:
    """WEB-R197: nothing is lost by a row that does not open: the copy sealed to the district goes."""
    child = school.child("Cade")
    phone.set_offline(True)
    before = len(school.from_phones(child))
    nurse.record_dose(child)
    spoil(nurse.page, "own/")
    nurse.page.reload()
    nurse.unlock()
    nurse.go("outbox")
    expect(nurse.page.locator("main")).to_contain_text("Entries of this phone that cannot be read here any more: 1.")
    expect(nurse.page.locator("main")).to_contain_text("Their sealed copies are safe")
    phone.set_offline(False)
    expect(nurse.page.locator("main")).to_contain_text("The district has them.")
    assert len(school.from_phones(child)) == before + 1
