/** How files end: what may be destroyed and why not, a proposal and a second person, holds, certificates. */
import { Button, Field, Notice, Pill, Screen, TextArea } from "../../components/parts";
import { told } from "../../text/desk/told";
import { day, t, word } from "../../text/words";
import { hasRole, request, useAnswer, useDeed } from "./asking";
import { useTyped } from "./kept";
import { Answered, Deed, FormDeed } from "./parts";

interface HoldRow {
  readonly event: string;
  readonly reason: string;
  readonly authority: string;
  readonly from_day: string;
}

interface FileRow {
  readonly student: string;
  readonly name: string;
  readonly birth_date: string;
  readonly state: string;
  readonly stage: string;
  readonly earliest: string;
  readonly why: readonly string[];
  readonly holds: readonly HoldRow[];
}

interface Files {
  readonly as_of: string;
  readonly files: readonly FileRow[];
  readonly more: boolean;
  readonly certificates: readonly {
    readonly student: string;
    readonly on: string;
    readonly events: number;
    readonly backups_expire_on: string;
    readonly devices: readonly string[];
    readonly recipients: readonly string[];
  }[];
}

export const LOOKERS: readonly string[] = ["records", "health_office", "administrator", "auditor"];
export const mayPropose = (): boolean => hasRole("records") || hasRole("health_office");

export function Retention() {
  const { answer, again, replace } = useAnswer<Files>("/api/retention");
  if (!LOOKERS.some(hasRole)) {
    return (
      <Screen title={t("desk_retention")}>
        <p class="empty">{t("desk_not_yours")}</p>
      </Screen>
    );
  }
  return (
    <Screen title={t("desk_retention")}>
      <p>{t("desk_retention_lead")}</p>
      <Answered answer={answer} again={again}>
        {(files) => (
          <>
            {files.files.length === 0 ? <p class="empty">{t("desk_retention_none")}</p> : null}
            {files.more ? <Notice tone="info">{t("desk_more")}</Notice> : null}
            <ul class="list">
              {files.files.map((row) => (
                <File key={row.student} row={row} replace={replace} />
              ))}
            </ul>
            <section aria-labelledby="certificates">
              <h2 id="certificates">{t("desk_certificates")}</h2>
              {files.certificates.length === 0 ? <p class="hint">{t("desk_certificates_none")}</p> : null}
              <ul class="list">
                {files.certificates.map((one) => (
                  <li key={one.student} class="dose">
                    <span class="who">
                      <strong>{t("desk_certificate", { day: day(one.on), count: one.events })}</strong>
                      <small>{one.student}</small>
                      <small>{t("desk_backups_gone", { day: day(one.backups_expire_on) })}</small>
                      {one.devices.length > 0 ? (
                        <small>{t("desk_still_to_forget", { devices: one.devices.join(", ") })}</small>
                      ) : null}
                      {one.recipients.length > 0 ? (
                        <small>{t("desk_copies", { recipients: one.recipients.join(", ") })}</small>
                      ) : null}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          </>
        )}
      </Answered>
    </Screen>
  );
}

function File({ row, replace }: { readonly row: FileRow; readonly replace: (files: Files) => void }) {
  const { busy, problem, run } = useDeed();
  const step = (deed: "propose" | "approve") =>
    run(async () => replace(await request("POST", `/api/retention/${deed}`, { student: row.student })));
  const isRipe = row.state === "may_be_destroyed";
  return (
    <li class="dose card">
      <span class="who">
        <a class="link" href={`#/child/${row.student}`}>
          {row.name}, {t("born", { day: day(row.birth_date) })}
        </a>
        {row.earliest ? <small>{t("desk_may_go", { day: day(row.earliest) })}</small> : null}
        {row.why.map((words) => (
          <small key={words}>{told(words)}</small>
        ))}
        <span class="pills">
          <Pill tone={isRipe ? "due" : "wait"}>{word("desk_file", row.state)}</Pill>
          {row.stage ? <Pill tone="calm">{word("desk_stage", row.stage)}</Pill> : null}
        </span>
        {isRipe && row.stage === "" && mayPropose() ? (
          <Button kind="quiet" disabled={busy} onClick={() => step("propose")}>
            {t("desk_propose")}
          </Button>
        ) : null}
        {isRipe && row.stage === "proposed" && hasRole("administrator") ? (
          <Button kind="quiet" disabled={busy} onClick={() => step("approve")}>
            {t("desk_approve")}
          </Button>
        ) : null}
        {isRipe && row.stage === "approved" ? <p class="hint">{t("desk_destroy_by_command")}</p> : null}
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
      </span>
      {mayPropose() ? (
        <>
          {row.holds.map((held) => (
            <Deed
              key={held.event}
              of={`unhold/${held.event}`}
              words={t("desk_unhold", { authority: held.authority })}
              label={t("desk_unhold_why")}
              run={async (reason) =>
                replace(await request("POST", "/api/retention/unhold", { event: held.event, reason }))
              }
            />
          ))}
          <HoldForm student={row.student} replace={replace} />
        </>
      ) : null}
    </li>
  );
}

/** A hold takes two things: why, and who or what asks for it. */
export function HoldForm(props: { readonly student: string; readonly replace: (files: Files) => void }) {
  const typed = useTyped(`hold/${props.student}`, { reason: "", authority: "" });
  const { reason, authority } = typed.values;
  const body = { student: props.student, reason: reason.trim(), authority: authority.trim() };
  const hold = async () => props.replace(await request("POST", "/api/retention/hold", body));
  return (
    <FormDeed words={t("desk_hold")} needs={[reason, authority]} typed={typed} run={hold}>
      {(lacks) => (
        <>
          <TextArea
            label={t("desk_hold_why")}
            value={reason}
            onInput={(written) => typed.set({ reason: written })}
            error={lacks(reason)}
          />
          <Field
            label={t("desk_hold_authority")}
            value={authority}
            onInput={(written) => typed.set({ authority: written })}
            error={lacks(authority)}
          />
        </>
      )}
    </FormDeed>
  );
}
