/** Requirements: WEB-R24 (a half-filled form survives), WEB-R44 (no keystroke waits, none is overwritten). */
import { beforeEach, describe, expect, test } from "vitest";
import { CHEAP, newPhone, unlock } from "../../tests/browser_like";
import { SmallLog } from "../../tests/small_log";
import { Device } from "./device";
import { Draft, type DraftStore } from "./drafts";

interface Form {
  readonly lot: string;
  readonly site: string;
}

const EMPTY: Form = { lot: "", site: "" };

/** A disk that writes when the test says so. */
class SlowDisk implements DraftStore<Form> {
  kept: Partial<Form> | undefined;
  writes = 0;
  private waiting: (() => void)[] = [];

  read(): Promise<Partial<Form> | undefined> {
    const { kept } = this;
    return new Promise((done) => this.waiting.push(() => done(kept)));
  }

  write(values: Form): Promise<void> {
    this.writes += 1;
    return new Promise((done) =>
      this.waiting.push(() => {
        this.kept = values;
        done();
      }),
    );
  }

  async drop(written: Promise<void> | null): Promise<void> {
    await written;
    this.kept = undefined;
  }

  /** Do everything asked for so far. */
  async work(): Promise<void> {
    for (const go of this.waiting.splice(0)) go();
    await new Promise((done) => setTimeout(done));
  }
}

describe("WEB-R44: what is typed is written at once and never overwritten", () => {
  test("the first keystroke goes to the disk in the same moment", () => {
    const disk = new SlowDisk();
    new Draft(EMPTY, disk, () => {}).set({ lot: "U" });
    expect(disk.writes).toBe(1);
  });

  test("keystrokes during a write are written by one more, in order", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    for (const lot of ["U", "U7", "U74", "U742"]) draft.set({ lot });
    await disk.work();
    expect(disk.kept?.lot).toBe("U");
    await disk.work();
    expect(disk.kept?.lot).toBe("U742");
    expect(disk.writes).toBe(2);
  });

  test("a draft read late fills only what nobody typed into", async () => {
    const disk = new SlowDisk();
    disk.kept = { lot: "OLD", site: "left_deltoid" };
    const shown: Form[] = [];
    const draft = new Draft(EMPTY, disk, (values) => shown.push(values));
    const loading = draft.load();
    draft.set({ lot: "NEW" });
    await disk.work();
    await loading;
    expect(draft.values).toEqual({ lot: "NEW", site: "left_deltoid" });
    expect(shown.at(-1)).toEqual(draft.values);
  });

  test("what was typed before the draft was read takes nothing away of what was kept, on the disk too", async () => {
    const disk = new SlowDisk();
    disk.kept = { lot: "OLD", site: "left_deltoid" };
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U" });
    const whole = draft.whole();
    for (let turn = 0; turn < 3; turn += 1) await disk.work();
    expect(await whole).toEqual({ lot: "U", site: "left_deltoid" });
    expect(disk.kept).toEqual({ lot: "U", site: "left_deltoid" });
  });

  test("WEB-R295: what is added to a list before the draft is read goes behind what was kept", async () => {
    const disk = new SlowDisk();
    disk.kept = { lot: "OLD", site: "left_deltoid" };
    const draft = new Draft(EMPTY, disk, () => {});
    const tapped = [draft.add(({ lot }) => ({ lot: `${lot} ONE` })), draft.add(({ lot }) => ({ lot: `${lot} TWO` }))];
    void draft.load();
    expect(disk.writes).toBe(0);
    await disk.work();
    await Promise.all(tapped);
    await disk.work();
    await disk.work();
    expect(draft.values).toEqual({ lot: "OLD ONE TWO", site: "left_deltoid" });
    expect(disk.kept).toEqual(draft.values);
  });

  test("WEB-R295: a tap is kept where the draft cannot be read, and not once the form is done", async () => {
    const broken = new (class extends SlowDisk {
      override read(): Promise<never> {
        return Promise.reject(new Error("the disk is gone"));
      }
    })();
    const draft = new Draft(EMPTY, broken, () => {});
    await draft.add(() => ({ lot: "ONE" }));
    expect(draft.values.lot).toBe("ONE");
    const disk = new SlowDisk();
    const done = new Draft(EMPTY, disk, () => {});
    const tapped = done.add(() => ({ lot: "LATE" }));
    await done.drop();
    await disk.work();
    await tapped;
    expect([done.values, disk.writes]).toEqual([EMPTY, 0]);
  });

  test("two fields set in one moment are both kept", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U7" });
    draft.set({ site: "right_deltoid" });
    await disk.work();
    await disk.work();
    expect(disk.kept).toEqual({ lot: "U7", site: "right_deltoid" });
  });

  test("after the form is done nothing of it comes back", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U" });
    draft.set({ lot: "U7" });
    await draft.drop();
    await disk.work();
    await draft.settled();
    await disk.work();
    expect(disk.kept).toBeUndefined();
  });

  test("who is done with a form does not wait for the disk to forget it", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U" });
    await draft.drop();
    expect(disk.writes).toBe(1);
    await disk.work();
    await draft.settled();
    expect(disk.kept).toBeUndefined();
  });
});

describe("WEB-R44: a form that stays open after it was done is typed into anew", () => {
  /** Until nothing is under way any more. */
  async function atRest(disk: SlowDisk): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await disk.work();
  }

  test("every keystroke of a burst after the drop is kept", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U7421AC" });
    await disk.work();
    await draft.drop();
    draft.set({ lot: "", site: "" });
    for (const lot of ["2", "25", "25.", "25.5"]) draft.set({ lot });
    await atRest(disk);
    expect(disk.kept?.lot).toBe("25.5");
  });

  test("what is typed while the disk still writes what is done is written after it was deleted", async () => {
    const disk = new SlowDisk();
    const draft = new Draft(EMPTY, disk, () => {});
    draft.set({ lot: "U" });
    draft.set({ lot: "U7" });
    await draft.drop();
    draft.set({ lot: "2" });
    draft.set({ lot: "25" });
    await atRest(disk);
    expect(disk.kept).toEqual({ lot: "25", site: "" });
    await draft.drop();
    await atRest(disk);
    expect(disk.kept).toBeUndefined();
  });

  test("what was read before the drop does not come back", async () => {
    const disk = new SlowDisk();
    disk.kept = { lot: "OLD", site: "left_deltoid" };
    const draft = new Draft(EMPTY, disk, () => {});
    const loading = draft.load();
    await draft.drop();
    draft.set({ lot: "2" });
    await atRest(disk);
    await loading;
    expect(draft.values).toEqual({ lot: "2", site: "" });
  });
});

describe("WEB-R24: on the phone's own store", () => {
  let device: Device;

  beforeEach(async () => {
    newPhone();
    const log = await SmallLog.found();
    device = await Device.open(() => {}, CHEAP);
    await device.enroll("271828", async () => log.enrolled());
  });

  test("what was typed in the moment of a lock is there after it", async () => {
    const draft = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    draft.set({ lot: "U7421A" });
    draft.set({ lot: "U7421AC" });
    device.lock();
    await draft.settled();
    expect(await unlock(device, "271828")).toBe("open");
    const again = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    await again.load();
    expect(again.values).toEqual({ lot: "U7421AC", site: "" });
    again.set({ site: "left_deltoid" });
    await again.drop();
    expect(await device.draft<Form>("dose/1").read()).toBeUndefined();
  });

  test("who types in the moment a form opens loses nothing of what it kept", async () => {
    const before = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    before.set({ site: "left_deltoid" });
    await before.settled();
    const again = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    again.set({ lot: "U" });
    expect(await again.whole()).toEqual({ lot: "U", site: "left_deltoid" });
    await again.settled();
    expect(await device.draft<Form>("dose/1").read()).toEqual({ lot: "U", site: "left_deltoid" });
  });

  test("who leaves a form and opens it again at once finds the last keystroke", async () => {
    const left = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    for (const lot of ["U", "U7", "U74"]) left.set({ lot });
    const again = new Draft(EMPTY, device.draft<Form>("dose/1"), () => {});
    await again.load();
    expect(again.values).toEqual({ lot: "U74", site: "" });
  });
});
