/** The places of a phone beside its children: the outbox, the further places, the settings. */
import { DamageNotices } from "../components/damage";
import { Button, Choice, LinkRow, Notice, Screen } from "../components/parts";
import { office as english } from "../text/office/en";
import { office as spanish } from "../text/office/es";
import { language, learn, speak, t } from "../text/words";
import { Outbox } from "./outbox";
import { checked, clinicName, lock, persisted, place, scope, theDevice } from "./state";

learn(english, spanish);

export function OfficePlace() {
  switch (place.value[0]) {
    case "settings":
      return <Settings />;
    case "more":
      return <More />;
    default:
      return <Outbox />;
  }
}

function More() {
  return (
    <Screen title={t("more")}>
      <div class="panel">
        <LinkRow to={["register"]} title={t("walk_in")} />
        <LinkRow to={["stock"]} title={t("stock")} />
        <LinkRow to={["orders"]} title={t("orders")} />
        <LinkRow to={["packets"]} title={t("packets")} />
        <LinkRow to={["ready"]} title={t("ready")} />
        <LinkRow to={["closing"]} title={t("closing")} />
      </div>
      <div class="panel">
        {scope.value === "" ? null : (
          <LinkRow to={["plan", scope.value.replace("clinic/", "")]} title={t("plan_here")} more={clinicName.value} />
        )}
        <LinkRow to={["plan"]} title={t("plan_new")} />
        <LinkRow to={["clinics"]} title={t("choose_another")} more={clinicName.value} />
        <LinkRow to={["nurses"]} title={t("nurses")} more={t("nurses_more")} />
        <LinkRow to={["settings"]} title={t("settings")} />
      </div>
      <Button kind="quiet" onClick={lock}>
        {t("lock")}
      </Button>
    </Screen>
  );
}

function Settings() {
  const enrolled = theDevice().enrolled;
  const { verified, failed } = checked.value;
  return (
    <Screen
      title={t("settings")}
      back={["more"]}
      foot={
        <Button kind="quiet" onClick={lock}>
          {t("lock")}
        </Button>
      }
    >
      <Choice
        legend={t("language")}
        value={language.value}
        onChange={(chosen) => void speak(chosen)}
        options={[
          ["en", "English"],
          ["es", "Español"],
        ]}
      />
      <h2>{t("storage")}</h2>
      <Notice tone={persisted.value ? "info" : "warn"}>
        {persisted.value ? t("storage_kept") : t("storage_best")}
      </Notice>
      <DamageNotices />
      {failed > 0 ? <Notice tone="bad">{t("signatures_bad", { count: failed })}</Notice> : null}
      <h2>{t("about")}</h2>
      <dl class="facts">
        <dt>{t("nurse")}</dt>
        <dd>
          {enrolled?.staff_name}, {enrolled?.staff_title}
        </dd>
        <dt>{t("version")}</dt>
        <dd>{__VERSION__}</dd>
        <dt>{t("checked")}</dt>
        <dd>{t("signatures", { count: verified })}</dd>
        <dt>{t("device")}</dt>
        <dd>{enrolled?.device}</dd>
        <dt>{t("log_key")}</dt>
        <dd>{enrolled?.log_key}</dd>
      </dl>
    </Screen>
  );
}
