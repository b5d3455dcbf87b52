/** Taking a consent back: the whole of it, or for some of its vaccines. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field } from "../../components/parts";
import type { ConsentLine } from "../../projections/care";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { VaccineChecks } from "./vaccines";

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly lines: readonly ConsentLine[];
}

/** Consents that stand, each with the way to take it back. */
export function Withdrawals({ now, student, lines }: Props) {
  const standing = lines.filter((line) => line.given !== null && !line.withdrawn);
  const events = [...new Set(standing.map((line) => line.fact.header.id))];
  const [open, setOpen] = useState("");
  return (
    <>
      {events.map((event) => (
        <Withdrawal
          key={event}
          now={now}
          student={student}
          lines={standing.filter((line) => line.fact.header.id === event)}
          isOpen={open === event}
          onOpen={() => setOpen(event)}
        />
      ))}
    </>
  );
}

function Withdrawal(props: Props & { readonly isOpen: boolean; readonly onOpen: () => void }) {
  const { now, student, lines, isOpen, onOpen } = props;
  const [first] = lines;
  const event = first?.fact.header.id ?? "";
  const offered = lines.map((line) => line.cvx);
  const { values, set, drop } = useDraft(`take-back/${event}`, {
    by: first?.signer ?? "",
    stays: [] as readonly string[],
  });
  const [tried, setTried] = useState(false);
  const gone = offered.filter((cvx) => !values.stays.includes(cvx));
  const errors = { by: needed(values.by), cvx: gone.length === 0 ? t("required") : undefined };
  const withdraw = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    await theDevice().record(`student/${student.id}`, "consent.withdrawn", {
      event,
      by: values.by.trim(),
      at: new Date().toISOString(),
      listener: now.me?.name ?? "",
      ...(gone.length === first?.given?.cvx.length ? {} : { cvx: gone }),
    });
    await drop();
    stir();
  };
  return (
    <details
      open={isOpen}
      onToggle={(toggled) => {
        if (toggled.currentTarget.open) onOpen();
      }}
    >
      <summary>
        <span>
          {word("form", first?.given?.form ?? "")} · {first?.signer} · {day(first?.on ?? "")}
        </span>
      </summary>
      <VaccineChecks
        legend={t("withdraw_which")}
        offered={offered}
        chosen={gone}
        onChange={(chosen) => set({ stays: offered.filter((cvx) => !chosen.includes(cvx)) })}
        error={tried ? errors.cvx : undefined}
      />
      <Field
        label={t("withdrawn_by")}
        value={values.by}
        onInput={(by) => set({ by })}
        error={tried ? errors.by : undefined}
      />
      <Button kind="danger" onClick={withdraw}>
        {t("withdraw")}
      </Button>
    </details>
  );
}
