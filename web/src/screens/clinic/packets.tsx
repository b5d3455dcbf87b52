/** One family packet that went to many: to each guardian on record or student, and whom it leaves out and why. */
import { useMemo, useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, LinkRow, Notice, Screen, Select, showFirstError } from "../../components/parts";
import { type Addressed, addressed } from "../../projections/packet_group";
import { t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { classOf } from "../planning";
import { stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf } from "./checks";
import { emptyPacket, PacketFields, type PacketValues, packetErrors, packetOf, partsIn } from "./packet_fields";

/** So many are signed and stored in one step. */
const TOGETHER_MAX = 50;

/** Each child's own birth is asked of the row. */
const NEVER = "0000-00-00";

type Recipient = Extract<Addressed, { readonly leftOut: "" }>;

export function Packets({ now }: { readonly now: View }) {
  const { values, set, drop } = useDraft(`packets/${now.clinic.id}/${now.today}`, {
    ...emptyPacket(now),
    group: "",
    turned: [] as readonly string[],
  });
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState(0);
  const groups = useMemo(() => groupsOf(now), [now]);
  const parts = partsIn(now, values);
  const rows = useMemo(
    () =>
      now.roster
        .filter((student) => values.group === "" || classOf(now, student) === values.group)
        .map((student) => addressed(student, values.on || now.today, parts)),
    [now, values.group, values.on, values.without],
  );
  const recipients = rows.filter((row): row is Recipient => row.leftOut === "");
  const isChosen = (row: Recipient): boolean => readsIt(row, values) !== values.turned.includes(row.student.id);
  const chosen = recipients.filter(isChosen);
  const errors = packetErrors(now, values, NEVER);
  const want = (changes: Partial<typeof values>) => {
    set({ ...changes, turned: [] });
    setSaved(0);
  };
  const turn = ({ student: { id } }: Recipient) => {
    const { turned } = values;
    set({ turned: turned.includes(id) ? turned.filter((one) => one !== id) : [...turned, id] });
  };
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    for (let at = 0; at < chosen.length; at += TOGETHER_MAX)
      await record(now, values, chosen.slice(at, at + TOGETHER_MAX));
    await drop();
    setTried(false);
    setSaved(chosen.length);
    stir();
  };
  return (
    <Screen
      title={t("packets")}
      under={t("packets_lead")}
      back={["more"]}
      foot={
        <Button disabled={chosen.length === 0} onClick={save}>
          {t("packets_save", { count: chosen.length })}
        </Button>
      }
    >
      {saved > 0 ? <Notice tone="info">{t("packets_saved", { count: saved })}</Notice> : null}
      <Select
        label={t("packets_group")}
        value={values.group}
        onChange={(group) => want({ group })}
        options={[["", t("packets_all", { count: now.roster.length })], ...groups.map((one) => [one, one] as const)]}
      />
      <PacketFields now={now} values={values} set={want} errors={tried ? errors : {}} />
      <section aria-labelledby="packets-to">
        <h2 id="packets-to">{t("packets_to", { count: chosen.length, all: recipients.length })}</h2>
        {recipients.length === 0 ? <p class="empty">{t("packets_nobody")}</p> : null}
        <ul class="plain">
          {recipients.map((row) => (
            <li key={row.student.id}>
              <Check
                label={`${whoWords(now, row.student)} → ${recipientWords(row, values)}`}
                checked={isChosen(row)}
                onChange={() => turn(row)}
              />
            </li>
          ))}
        </ul>
      </section>
      <LeftOut now={now} rows={rows} />
    </Screen>
  );
}

/** Whom it cannot go to here: those who have it are counted, each other one stands with the way to their own form. */
function LeftOut({ now, rows }: { readonly now: View; readonly rows: readonly Addressed[] }) {
  const left = rows.filter(({ leftOut }) => leftOut !== "" && leftOut !== "whole");
  const whole = rows.filter(({ leftOut }) => leftOut === "whole").length;
  if (left.length + whole === 0) return null;
  return (
    <section aria-labelledby="packets-left">
      <h2 id="packets-left">{t("packets_left", { count: left.length + whole })}</h2>
      {whole > 0 ? <p>{t("packets_whole", { count: whole })}</p> : null}
      {left.length === 0 ? null : (
        <div class="panel">
          {left.map(({ student, leftOut }) => (
            <LinkRow
              key={student.id}
              to={["child", student.id, "packet"]}
              title={whoWords(now, student)}
              more={word("packetsout", leftOut)}
            />
          ))}
        </div>
      )}
    </section>
  );
}

const readsIt = (row: Recipient, values: PacketValues): boolean => row.language === values.language;

function recipientWords({ recipient: name, language }: Recipient, values: PacketValues): string {
  if (language === null) return t("packets_own", { name });
  return language === values.language ? name : t("packets_reads", { name, language: word("language", language) });
}

const groupsOf = (now: View): readonly string[] =>
  [...new Set(now.roster.map((student) => classOf(now, student)))].filter((one) => one !== "").sort();

const record = (now: View, values: PacketValues, to: readonly Recipient[]) =>
  theDevice().recordTogether(
    to.map(({ student, recipient }) => () => ({
      stream: `student/${student.id}`,
      type: "packet.given",
      payload: { ...packetOf(now, values), recipient },
    })),
  );
