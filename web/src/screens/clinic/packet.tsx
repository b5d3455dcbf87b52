/** The family packet: to whom it went, in which language and how, and what lay in it. To a minor it does not count. */
import { useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Check, Field, Notice, Screen, showFirstError } from "../../components/parts";
import { isOneName } from "../../projections/naming";
import { isTheirOwn } from "../../projections/packet_group";
import type { Student } from "../../projections/student";
import { day, t, word } from "../../text/words";
import { whoWords } from "../namesakes";
import { go, stir, theDevice } from "../state";
import type { View } from "../view";
import { anyOf, needed } from "./checks";
import { draftPlace } from "./form";
import { emptyPacket, PacketFields, packetErrors, packetOf } from "./packet_fields";

/** A packet in a minor's hands does not count: under the child's own name it is to be said. */
function recipientError(student: Student, { recipient, minor, on }: Handed): string | undefined {
  const isChilds = isOneName(recipient, student.fullName) && isTheirOwn(student, on) === false;
  return isChilds && !minor ? t("packet_recipient_child") : needed(recipient);
}

interface Handed {
  readonly recipient: string;
  readonly minor: boolean;
  readonly on: string;
}

export function Packet({ now, student }: { readonly now: View; readonly student: Student }) {
  const told = student.shelf.of("packet.given");
  const { values, set, drop } = useDraft(draftPlace(now, "packet", student), {
    ...emptyPacket(now),
    recipient: (isTheirOwn(student, now.today) ? student.fullName : student.contacts[0]?.name) ?? "",
    minor: false,
  });
  const [tried, setTried] = useState(false);
  const errors = { ...packetErrors(now, values, student.birthDate), recipient: recipientError(student, values) };
  const shown: Partial<typeof errors> = tried ? errors : {};
  const save = async () => {
    setTried(true);
    showFirstError();
    if (anyOf(errors)) return;
    await theDevice().record(`student/${student.id}`, "packet.given", {
      ...packetOf(now, values),
      recipient: values.recipient.trim(),
      ...(values.minor ? { to_minor: true } : {}),
    });
    await drop();
    stir();
    go("child", student.id);
  };
  return (
    <Screen
      title={t("packet")}
      under={whoWords(now, student)}
      back={["child", student.id]}
      foot={<Button onClick={save}>{t("packet_save")}</Button>}
    >
      <p>{t("packet_lead")}</p>
      {told.map(({ fact, payload }) => (
        <Notice key={fact.header.id} tone={payload.to_minor ? "warn" : "info"}>
          {day(payload.on)} · {payload.recipient} · {word("channel", payload.channel)} ·{" "}
          {word("language", payload.language)}
          {payload.to_minor ? ` · ${t("minor_not")}` : ""}
        </Notice>
      ))}
      <Field
        label={t("recipient")}
        value={values.recipient}
        onInput={(recipient) => set({ recipient })}
        error={shown.recipient}
      />
      <Check label={t("to_minor")} checked={values.minor} onChange={(minor) => set({ minor })} />
      {values.minor ? <Notice tone="warn">{t("minor_not")}</Notice> : null}
      <PacketFields now={now} values={values} set={set} errors={shown} />
    </Screen>
  );
}
