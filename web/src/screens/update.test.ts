/** Requirement: WEB-R202 (after an update every tab begins anew with the new files, and nothing typed is lost by it). */
import { beforeEach, expect, test, vi } from "vitest";

/** The browser's side: who serves this tab, what is typed in it. */
let controller: EventTarget | null;
let workers: EventTarget & { controller: EventTarget | null };
let waiting: { readonly postMessage: ReturnType<typeof vi.fn> } | null;
let typed: readonly string[];
const reload = vi.fn();

beforeEach(() => {
  vi.resetModules();
  reload.mockClear();
  typed = [];
  waiting = null;
  controller = new EventTarget();
});

async function opened() {
  const register = async () => Object.assign(new EventTarget(), { waiting, installing: null });
  workers = Object.assign(new EventTarget(), { controller, register });
  vi.stubGlobal("navigator", { serviceWorker: workers });
  vi.stubGlobal("location", { reload });
  vi.stubGlobal("document", { querySelectorAll: () => typed.map((value) => ({ value })) });
  const update = await import("./update");
  await update.registerWorker();
  return update;
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
