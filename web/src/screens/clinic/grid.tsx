/** A whole paper record at once, all of it stored or none, in the shape of the Pupil Health Record: one row a vaccine, one cell a dose. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Screen, Select, showFirstError } from "../../components/parts";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { needed } from "./checks";
import { cellKey, type GridCell, ROWS, readGrid, type Typed } from "./grid_cells";
import { SOURCES, type Source } from "./paper";

export function PaperGrid({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`grid/${student.id}`, {
    cells: {} as Typed,
    source: "paper" as Source,
    recorder: now.me?.name ?? "",
    detail: "",
  });
  const [tried, setTried] = useState(false);
  const [isSigning, setSigning] = useState(false);
  const filled = readGrid(values.cells, student, now.today);
  const fresh = filled.filter((one) => !one.isHere);

  const save = async () => {
    setTried(true);
    showFirstError();
    if (fresh.length === 0 || fresh.some((one) => one.error) || values.recorder.trim() === "") return;
    const told = { source: values.source, recorder: values.recorder.trim(), detail: values.detail.trim() };
    setSigning(true);
    const doses = fresh.map(({ cvx, cell, typed }) => {
      const day = cell.is === "date" ? { given_on: cell.on } : {};
      return { told, cvx, as_written: typed.trim(), ...day };
    });
    await theDevice()
      .recordTogether(
        doses.map((payload) => () => ({ stream: `student/${student.id}`, type: "dose.recorded", payload })),
      )
      .finally(() => setSigning(false));
    await drop();
    stir();
    go("child", student.id);
  };

  return (
    <Screen
      title={t("enter_record")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={
        <Button disabled={isSigning} onClick={save}>
          {isSigning ? t("signing", { count: fresh.length }) : t("save_doses", { count: fresh.length })}
        </Button>
      }
    >
      <p class="hint">{t("grid_lead")}</p>
      {ROWS.map(([cvx, count]) => (
        <fieldset key={cvx} class="gridrow">
          <legend>{rowName(cvx)}</legend>
          {Array.from({ length: count }, (_, place) => (
            <CellField
              key={cellKey(cvx, place)}
              label={t("cell", { vaccine: rowName(cvx), number: place + 1 })}
              value={values.cells[cellKey(cvx, place)] ?? ""}
              read={filled.find((one) => one.cvx === cvx && one.place === place)}
              onInput={(typed) => set({ cells: { ...values.cells, [cellKey(cvx, place)]: typed } })}
            />
          ))}
        </fieldset>
      ))}
      {tried && fresh.length === 0 ? (
        <p class="error" role="alert">
          {t(filled.length === 0 ? "grid_empty" : "grid_here")}
        </p>
      ) : null}
      {filled.some(({ cell }) => cell.is === "tick") ? <Notice tone="warn">{t("tick_lead")}</Notice> : null}
      <Select
        label={t("source")}
        value={values.source}
        onChange={(source) => set({ source: source as Source })}
        options={SOURCES.map((one) => [one, word("source", one)])}
      />
      <Field
        label={t("recorder")}
        value={values.recorder}
        onInput={(recorder) => set({ recorder })}
        error={tried ? needed(values.recorder) : undefined}
        hint={t("recorder_hint")}
      />
      <Field label={t("paper_detail")} value={values.detail} onInput={(detail) => set({ detail })} />
    </Screen>
  );
}

/** The paper's row: the vaccine without what its code adds. */
const rowName = (cvx: string): string => shownVaccine(cvx).split(",")[0] ?? "";

/** A cell says at once how it was understood. */
function CellField(props: {
  readonly label: string;
  readonly value: string;
  readonly read: GridCell | undefined;
  readonly onInput: (typed: string) => void;
}) {
  const { label, value, read, onInput } = props;
  const error = read?.error;
  return (
    <label class={error ? "gridcell wrong" : "gridcell"}>
      <input
        aria-label={label}
        aria-invalid={error ? "true" : "false"}
        autocomplete="off"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error ? <small class="error">{error}</small> : <small>{understood(read)}</small>}
    </label>
  );
}

function understood(read: GridCell | undefined): string {
  if (read?.cell.is === "tick") return t("no_date");
  if (read?.cell.is !== "date") return "";
  return read.isHere ? `${day(read.cell.on)} · ${t("cell_here")}` : day(read.cell.on);
}
