/**
 * Requirements: WEB-R202 (after an update every tab begins anew with the new files, and nothing typed is lost by it),
 * WEB-R206 (nor what no field shows), WEB-R207 (a tab left open looks for a new version).
 */
import { beforeEach, expect, test, vi } from "vitest";

/** The browser's side: who serves this tab, what is typed in it. */
let controller: EventTarget | null;
let workers: EventTarget & { controller: EventTarget | null };
let waiting: { readonly postMessage: ReturnType<typeof vi.fn> } | null;
let typed: readonly string[];
/** Something is held in no field: a picture, an emergency, a deed under way. */
let isHeld: boolean;
const reload = vi.fn();
const update = vi.fn();
let page: EventTarget;

beforeEach(() => {
  vi.resetModules();
  reload.mockClear();
  update.mockReset().mockResolvedValue(undefined);
  typed = [];
  isHeld = false;
  page = new EventTarget();
  waiting = null;
  controller = new EventTarget();
});

async function opened() {
  const register = async () => Object.assign(new EventTarget(), { waiting, installing: null, update });
  workers = Object.assign(new EventTarget(), { controller, register });
  vi.stubGlobal("navigator", { serviceWorker: workers });
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("setInterval", (work: () => void) => page.addEventListener("an hour", work));
  const querySelectorAll = () => typed.map((value) => ({ value }));
  const seen = { hidden: false, querySelectorAll, querySelector: () => (isHeld ? {} : null) };
  vi.stubGlobal("document", Object.assign(new EventTarget(), seen));
  const updates = await import("./update");
  await updates.registerWorker();
  return updates;
}

const changed = () => workers.dispatchEvent(new Event("controllerchange"));

test("WEB-R202: a tab that did not ask begins anew where nothing is typed", async () => {
  typed = ["", ""];
  await opened();
  changed();
  expect(reload).toHaveBeenCalledOnce();
});

test("WEB-R202: where something is typed the nurse is asked, and then it begins anew at once", async () => {
  typed = ["", "Ada"];
  const { applyUpdate, updateReady } = await opened();
  changed();
  expect(reload).not.toHaveBeenCalled();
  expect(updateReady.value).toBe(true);
  applyUpdate();
  expect(reload).toHaveBeenCalledOnce();
});

test("WEB-R202: the tab whose nurse said so begins anew whatever is typed, once the new version took over", async () => {
  typed = ["Ada"];
  waiting = { postMessage: vi.fn() };
  const { applyUpdate, updateReady } = await opened();
  expect(updateReady.value).toBe(true);
  applyUpdate();
  expect(waiting.postMessage).toHaveBeenCalledWith("take over");
  expect(reload).not.toHaveBeenCalled();
  changed();
  expect(reload).toHaveBeenCalledOnce();
});

test("WEB-R202: the first time the app is kept for offline use nothing begins anew", async () => {
  controller = null;
  await opened();
  changed();
  expect(reload).not.toHaveBeenCalled();
  changed();
  expect(reload).toHaveBeenCalledOnce();
});

test("WEB-R206: a screen that holds only a picture, or an emergency, waits as one with typed words does", async () => {
  isHeld = true;
  const { updateReady } = await opened();
  changed();
  expect(reload).not.toHaveBeenCalled();
  expect(updateReady.value).toBe(true);
});

test("WEB-R207: a tab left open looks for a new version each hour, online again, and shown again", async () => {
  await opened();
  expect(update).not.toHaveBeenCalled();
  page.dispatchEvent(new Event("an hour"));
  page.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(update).toHaveBeenCalledTimes(3);
  Object.assign(document, { hidden: true });
  document.dispatchEvent(new Event("visibilitychange"));
  expect(update).toHaveBeenCalledTimes(3);
});

test("WEB-R207: to look without a network is no fault", async () => {
  update.mockRejectedValue(new TypeError("offline"));
  await opened();
  page.dispatchEvent(new Event("an hour"));
  await expect(update.mock.results[0]?.value).rejects.toThrow("offline");
});
