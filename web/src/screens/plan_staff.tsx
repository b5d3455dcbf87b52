/** Who works at a clinic, and where: one list, replaced as a whole. */
import { useDraft } from "../components/drafts";
import { Button, Notice, Screen, Select } from "../components/parts";
import type { Station } from "../events/generated";
import type { Clinic } from "../projections/clinic";
import { t, word } from "../text/words";
import { usePeople } from "./plan_people";
import { go, stir, theDevice } from "./state";
import type { View } from "./view";

const STATIONS: readonly Station[] = ["check_in", "screening", "vaccinator", "scribe", "observer", "lead"];
/** A clinic cannot work without these. */
const NEEDED: readonly Station[] = ["check_in", "screening", "vaccinator", "observer"];

type Place = readonly [string, Station];

export function PlanStaff({ now, clinic }: { readonly now: View; readonly clinic: Clinic }) {
  const { values, set, drop } = useDraft(`staff/${clinic.id}`, {
    staff: clinic.staff as readonly Place[],
    person: "",
    station: "vaccinator" as Station,
  });
  const { staff, person, station } = values;
  const { people, lacks } = usePeople(now, clinic.plan?.facility ?? null);
  const nameOf = (id: string): string => people.find((one) => one.staff === id)?.name ?? t("person_unknown");
  const isListed = person === "" || staff.some(([who, at]) => who === person && at === station);
  /** With whom is chosen beneath the list: who saves has not always added first. */
  const everybody: readonly Place[] = isListed ? staff : [...staff, [person, station]];
  const empty = NEEDED.filter((one) => !everybody.some(([, at]) => at === one));
  const add = () => set({ staff: everybody, person: "" });
  const save = async () => {
    await theDevice().record(`clinic/${clinic.id}`, "clinic.staffed", { staff: everybody });
    await drop();
    stir();
    go("plan", clinic.id);
  };
  return (
    <Screen
      title={t("plan_staff")}
      under={clinic.plan?.name ?? ""}
      back={["plan", clinic.id]}
      foot={<Button onClick={save}>{t("plan_save")}</Button>}
    >
      {lacks === "" ? null : <Notice tone="warn">{t(lacks)}</Notice>}
      {empty.length === 0 ? null : (
        <Notice tone="warn">
          {t("stations_empty", { names: empty.map((one) => word("station", one)).join(", ") })}
        </Notice>
      )}
      <ul class="list">
        {staff.map(([who, at]) => (
          <li key={`${who} ${at}`} class="dose">
            <span class="who">
              <strong>{nameOf(who)}</strong>
              <small>{word("station", at)}</small>
            </span>
            <Button kind="quiet" onClick={() => set({ staff: staff.filter(([w, s]) => w !== who || s !== at) })}>
              {t("staff_remove")}
            </Button>
          </li>
        ))}
      </ul>
      <Select
        label={t("staff_person")}
        value={person}
        onChange={(chosen) => set({ person: chosen })}
        options={[
          ["", t("choose")],
          ...people.map((one): [string, string] => [one.staff, `${one.name}, ${one.title}`]),
        ]}
      />
      <Select
        label={t("station")}
        value={station}
        onChange={(chosen) => set({ station: chosen as Station })}
        options={STATIONS.map((one): [string, string] => [one, word("station", one)])}
      />
      <Button kind="quiet" disabled={person === ""} onClick={add}>
        {t("staff_add")}
      </Button>
    </Screen>
  );
}
