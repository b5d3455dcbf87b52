/** Phones and tablets: who signs on each, how another joins, and how one person's seat or the whole device ends. */
import { Pill, Screen, Select, TextArea } from "../../components/parts";
import { t, word } from "../../text/words";
import { hasRole, request, useAnswer } from "./asking";
import { type Colleague, NewCode } from "./code";
import { useTyped } from "./kept";
import { Answered, FormDeed, since } from "./parts";

interface Device {
  readonly device: string;
  readonly label: string;
  readonly kind: string;
  readonly seats: readonly Colleague[];
  readonly reported_at: string;
}

interface DeviceList {
  readonly devices: readonly Device[];
  readonly people: readonly Colleague[];
}

export const CLOSERS: readonly string[] = ["district_admin", "health_office"];
const SEAT_REASONS: readonly string[] = ["left", "lost", "compromised", "replaced", "other"];
const DEVICE_REASONS: readonly string[] = ["lost", "replaced", "retired", "other"];

export function Devices() {
  const { answer, again, replace } = useAnswer<DeviceList>("/api/devices");
  if (!CLOSERS.some(hasRole)) {
    return (
      <Screen title={t("desk_devices")}>
        <p class="empty">{t("desk_not_yours")}</p>
      </Screen>
    );
  }
  return (
    <Screen title={t("desk_devices")}>
      <p>{t("desk_devices_lead")}</p>
      <Answered answer={answer} again={again}>
        {({ devices, people }) => (
          <>
            <NewCode people={people} />
            {devices.length === 0 ? <p class="empty">{t("desk_devices_none")}</p> : null}
            <ul class="list">
              {devices.map((one) => (
                <Row key={one.device} device={one} replace={replace} />
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Screen>
  );
}

function Row({ device, replace }: { readonly device: Device; readonly replace: (list: DeviceList) => void }) {
  const send = async (deed: string, body: unknown) =>
    replace(await request("POST", `/api/devices/${device.device}/${deed}`, body));
  return (
    <li class="dose card">
      <span class="who">
        <strong>{device.label}</strong>
        <small>
          {device.reported_at ? t("desk_reported", { since: since(device.reported_at) }) : t("desk_never_reported")}
        </small>
        <span class="pills">
          <Pill tone="calm">{word("desk_kind_of", device.kind)}</Pill>
        </span>
        {device.seats.length === 0 ? <small>{t("desk_nobody_signs")}</small> : null}
      </span>
      {device.seats.map(({ staff, name }) => (
        <End
          key={staff}
          of={`${device.device}/${staff}`}
          words={t("desk_end_seat", { name })}
          hint={t("desk_end_seat_hint", { name })}
          reasons={SEAT_REASONS}
          run={(reason, note) => send("close-seat", { staff, reason, note })}
        />
      ))}
      <End
        of={device.device}
        words={t("desk_end_device")}
        hint={t("desk_end_device_hint")}
        reasons={DEVICE_REASONS}
        run={(reason, note) => send("close", { reason, note })}
      />
    </li>
  );
}

/** An end takes one of a few reasons, and what happened where there is more to say. */
function End(props: {
  /** The device, or the seat on it. */
  readonly of: string;
  readonly words: string;
  readonly hint: string;
  readonly reasons: readonly string[];
  readonly run: (reason: string, note: string) => Promise<void>;
}) {
  const typed = useTyped(`end/${props.of}`, { reason: props.reasons[0] ?? "other", note: "" });
  const { reason, note } = typed.values;
  return (
    <FormDeed
      words={props.words}
      hint={props.hint}
      needs={[reason]}
      typed={typed}
      run={() => props.run(reason, note.trim())}
    >
      {() => (
        <>
          <Select
            label={t("desk_end_reason")}
            value={reason}
            options={props.reasons.map((one) => [one, word("desk_end", one)] as const)}
            onChange={(chosen) => typed.set({ reason: chosen })}
          />
          <TextArea label={t("desk_end_note")} value={note} onInput={(written) => typed.set({ note: written })} />
        </>
      )}
    </FormDeed>
  );
}
