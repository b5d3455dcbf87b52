/** Taking a consent back: the whole of it, or for some of its vaccines. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button } from "../../components/parts";
import type { ConsentRefused } from "../../events/generated";
import { isTakenBack, type Word } from "../../projections/consents";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, nameError } from "./checks";
import { SignerFields, STANDINGS } from "./signer";
import { VaccineChecks } from "./vaccines";

type Standing = ConsentRefused["standing"];

interface Props {
  readonly now: View;
  readonly student: Student;
  readonly words: readonly Word[];
}

/** Consents that stand, each with the way to take it back. */
export function Withdrawals({ now, student, words }: Props) {
  const read = words.filter(({ reading }) => reading !== "alone");
  const standing = read.filter((word) => word.given !== null && !isTakenBack(word, read));
  const events = [...new Set(standing.map(({ fact }) => fact.header.id))];
  const [open, setOpen] = useState("");
  return (
    <>
      {events.map((event) => (
        <Withdrawal
          key={event}
          now={now}
          student={student}
          words={standing.filter(({ fact }) => fact.header.id === event)}
          isOpen={open === event}
          onOpen={() => setOpen(event)}
        />
      ))}
    </>
  );
}

function Withdrawal(props: Props & { readonly isOpen: boolean; readonly onOpen: () => void }) {
  const { now, student, words, isOpen, onOpen } = props;
  const [first] = words;
  const event = first?.fact.header.id ?? "";
  const offered = words.map(({ cvx }) => cvx);
  const { values, set, drop } = useDraft(`take-back/${event}`, {
    signer: first?.signer ?? "",
    standing: (first?.given?.standing ?? "other") as Standing,
    stays: [] as readonly string[],
  });
  const [tried, setTried] = useState(false);
  const gone = offered.filter((cvx) => !values.stays.includes(cvx));
  const by = nameError(values.signer, t("withdrawn_by"), student);
  const errors = { by, cvx: gone.length === 0 ? t("required") : undefined };
  const withdraw = async () => {
    setTried(true);
    if (anyOf(errors)) return;
    // Beside the consent: where two records are parted again, the two stay together.
    const stream = (first?.fact.header.stream ?? `student/${student.id}`) as `student/${string}`;
    await theDevice().record(stream, "consent.withdrawn", {
      event,
      by: values.signer.trim(),
      standing: values.standing,
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
          {t("withdraw_what")} {word("form", first?.given?.form ?? "")} · {first?.signer} ·{" "}
          {day(first?.given?.on ?? "")}
        </span>
      </summary>
      <VaccineChecks
        legend={t("withdraw_which")}
        offered={offered}
        chosen={gone}
        onChange={(chosen) => set({ stays: offered.filter((cvx) => !chosen.includes(cvx)) })}
        error={tried ? errors.cvx : undefined}
      />
      <SignerFields
        label={t("withdrawn_by")}
        standingLabel={t("withdrawn_standing")}
        values={values}
        set={set}
        standings={[...STANDINGS, "student"]}
        doubt=""
        errors={{ signer: tried ? errors.by : undefined }}
      />
      <Button kind="danger" onClick={withdraw}>
        {t("withdraw")}
      </Button>
    </details>
  );
}
