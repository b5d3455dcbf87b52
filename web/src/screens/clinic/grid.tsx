/** A whole paper record at once, all of it stored or none, in the shape of the Pupil Health Record: one row a vaccine, one cell a dose. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice, Screen, Select, showFirstError } from "../../components/parts";
import { earliest, latest } from "../../events/dates";
import { type Cell, readCell } from "../../events/written";
import type { Student } from "../../projections/student";
import { shownVaccine } from "../../text/vaccines";
import { day, t, word } from "../../text/words";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { needed } from "./checks";
import { SOURCES, type Source } from "./paper";

/** CVX codes that say no more than the paper's row does, and how many cells the row has. */
const ROWS: readonly (readonly [string, number])[] = [
  ["107", 5],
  ["115", 1],
  ["139", 2],
  ["89", 5],
  ["03", 2],
  ["45", 4],
  ["21", 2],
  ["17", 4],
  ["85", 2],
  ["152", 4],
  ["147", 2],
];
const key = (cvx: string, place: number): string => `${cvx} ${place}`;
const CELLS = ROWS.flatMap(([cvx, count]) => Array.from({ length: count }, (_, place) => ({ cvx, place })));

export function PaperGrid({ now, student }: { readonly now: View; readonly student: Student }) {
  const { values, set, drop } = useDraft(`grid/${student.id}`, {
    cells: {} as Readonly<Record<string, string>>,
    source: "paper" as Source,
    recorder: now.me?.name ?? "",
    detail: "",
  });
  const [tried, setTried] = useState(false);
  const [isSigning, setSigning] = useState(false);
  const century = Number(now.today.slice(0, 4));
  const read = (cvx: string, place: number): Cell => readCell(values.cells[key(cvx, place)] ?? "", century);
  const filled = CELLS.filter(({ cvx, place }) => read(cvx, place).is !== "empty");
  const wrong = filled.filter(({ cvx, place }) => cellError(read(cvx, place), student, now.today) !== undefined);

  const save = async () => {
    setTried(true);
    showFirstError();
    if (filled.length === 0 || wrong.length > 0 || values.recorder.trim() === "") return;
    const told = { source: values.source, recorder: values.recorder.trim(), detail: values.detail.trim() };
    setSigning(true);
    const doses = filled.map(({ cvx, place }) => {
      const cell = read(cvx, place);
      const day = cell.is === "date" ? { given_on: cell.on } : {};
      return { told, cvx, as_written: (values.cells[key(cvx, place)] ?? "").trim(), ...day };
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
      under={`${student.fullName} · ${t("born", { day: day(student.birthDate) })}`}
      back={["child", student.id]}
      foot={
        <Button disabled={isSigning} onClick={save}>
          {isSigning ? t("signing", { count: filled.length }) : t("save_doses", { count: filled.length })}
        </Button>
      }
    >
      <p class="hint">{t("grid_lead")}</p>
      {ROWS.map(([cvx, count]) => (
        <fieldset key={cvx} class="gridrow">
          <legend>{rowName(cvx)}</legend>
          {Array.from({ length: count }, (_, place) => (
            <GridCell
              key={key(cvx, place)}
              label={t("cell", { vaccine: rowName(cvx), number: place + 1 })}
              value={values.cells[key(cvx, place)] ?? ""}
              cell={read(cvx, place)}
              error={cellError(read(cvx, place), student, now.today)}
              onInput={(typed) => set({ cells: { ...values.cells, [key(cvx, place)]: typed } })}
            />
          ))}
        </fieldset>
      ))}
      {tried && filled.length === 0 ? (
        <p class="error" role="alert">
          {t("grid_empty")}
        </p>
      ) : null}
      {filled.some(({ cvx, place }) => read(cvx, place).is === "tick") ? (
        <Notice tone="warn">{t("tick_lead")}</Notice>
      ) : null}
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

function cellError(cell: Cell, student: Student, today: string): string | undefined {
  if (cell.is === "unreadable") return t("cell_unreadable");
  if (cell.is !== "date") return undefined;
  if (earliest(cell.on) > today) return t("in_future");
  return latest(cell.on) < earliest(student.birthDate) ? t("before_birth") : undefined;
}

/** A cell says at once how it was understood. */
function GridCell(props: {
  readonly label: string;
  readonly value: string;
  readonly cell: Cell;
  readonly error: string | undefined;
  readonly onInput: (typed: string) => void;
}) {
  const { label, value, cell, error, onInput } = props;
  const understood = cell.is === "date" ? day(cell.on) : cell.is === "tick" ? t("no_date") : "";
  return (
    <label class={error ? "gridcell wrong" : "gridcell"}>
      <input
        aria-label={label}
        aria-invalid={error ? "true" : "false"}
        autocomplete="off"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error ? <small class="error">{error}</small> : <small>{understood}</small>}
    </label>
  );
}
