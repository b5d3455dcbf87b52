/** Lots for the office: what must not be used now, who had a lot and whom to call, and that the maker recalls one. */
import { Button, Field, Pill, Screen, Select, TextArea } from "../../components/parts";
import { makerNamed } from "../../projections/loads";
import { told } from "../../text/desk/told";
import { MAKERS, nameOfMaker } from "../../text/makers";
import { shownVaccine } from "../../text/vaccines";
import { day, language, t, word } from "../../text/words";
import { type DoseNow, hasRole, type Pupil, request, useAnswer } from "./asking";
import { useTyped } from "./kept";
import { Answered, FormDeed, LinkRow, type Progress, Reading, since } from "./parts";

/** Who calls families about a lot. */
export const CALLERS: readonly string[] = ["nurse", "health_office", "administrator"];

interface HeldLot {
  readonly lot: string;
  readonly why: string;
  readonly since: string;
}

interface LotHold extends Omit<HeldLot, "lot"> {
  readonly clinic: string;
  readonly clinic_name: string;
  /** Whose lot it is of; empty where it is of every maker's. */
  readonly mvx: string;
}

interface HadIt extends Pupil {
  readonly doses: readonly (DoseNow & { readonly mvx: string; readonly where: string })[];
  readonly contacts: readonly {
    readonly name: string;
    readonly relation: string;
    readonly phone: string;
    readonly email: string;
    readonly language: string;
  }[];
  readonly open: boolean;
}

interface LotList {
  readonly lot: string;
  readonly as_of: string;
  readonly log_size: number;
  readonly holds: readonly LotHold[];
  readonly children: readonly HadIt[];
  readonly reading?: Progress | null;
}

/** By the tag's first part alone, which is well formed whatever follows it. */
const languageNamed = (tag: string): string =>
  new Intl.DisplayNames([language.value], { type: "language" }).of(tag.split("-", 1)[0] ?? tag) ?? tag;

export const placeOfLot = (lot: string): string => `#/lots/${encodeURIComponent(lot)}`;

export function Lots() {
  const { answer, again } = useAnswer<{ readonly lots: readonly HeldLot[] }>("/api/lots/held");
  const { values, set } = useTyped("search/lots", { lot: "" });
  const lot = values.lot.trim();
  const submit = (event: Event) => {
    event.preventDefault();
    if (lot !== "") location.hash = placeOfLot(lot);
  };
  return (
    <Screen title={t("desk_lots")}>
      <form onSubmit={submit}>
        <Field
          label={t("desk_lot")}
          value={values.lot}
          onInput={(written) => set({ lot: written })}
          hint={t("desk_lot_find_hint")}
        />
        <Button type="submit" disabled={lot === ""}>
          {t("desk_lot_find")}
        </Button>
      </form>
      <h2>{t("desk_lots_held")}</h2>
      <Answered answer={answer} again={again}>
        {({ lots }) => (
          <>
            {lots.length === 0 ? <p class="empty">{t("desk_lots_held_none")}</p> : null}
            <ul class="list">
              {lots.map((one) => (
                <LinkRow key={one.lot} href={placeOfLot(one.lot)} title={one.lot}>
                  <small>
                    {word("desk_lot_why", one.why)} · {t("desk_since", { since: since(one.since) })}
                  </small>
                </LinkRow>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Screen>
  );
}

export function Lot({ lot }: { readonly lot: string }) {
  const { answer, again, replace } = useAnswer<LotList>(`/api/lots?lot=${encodeURIComponent(lot)}`);
  return (
    <Screen title={t("desk_lot_title", { lot })}>
      <Answered answer={answer} again={again}>
        {(list) =>
          list.reading ? (
            <Reading progress={list.reading} again={again} />
          ) : (
            <>
              <Holds list={list} />
              {hasRole("health_office") ? (
                <div class="noprint">
                  <Recall list={list} lot={lot} done={replace} />
                </div>
              ) : null}
              <h2>{t("desk_lot_had", { count: list.children.length })}</h2>
              {list.children.length === 0 ? <p class="empty">{t("desk_lot_nobody")}</p> : null}
              <ul class="list">
                {list.children.map((child) => (
                  <Child key={child.student} child={child} />
                ))}
              </ul>
              <p class="hint">{t("desk_as_of", { size: list.log_size, day: day(list.as_of) })}</p>
              <div class="rowfoot noprint">
                <Button kind="quiet" onClick={() => print()}>
                  {t("desk_print")}
                </Button>
              </div>
            </>
          )
        }
      </Answered>
    </Screen>
  );
}

/** A letter of the maker's names it; without a name the lot of every maker is stopped that has this number. */
function Recall(props: { readonly list: LotList; readonly lot: string; readonly done: (list: LotList) => void }) {
  const { list, lot, done } = props;
  const typed = useTyped(`recall/${lot}`, { mvx: "", source: "" });
  const { mvx, source } = typed.values;
  const run = async () => {
    const told = { lot, source: source.trim(), ...(mvx === "" ? {} : { mvx }) };
    done(await request("POST", "/api/lots/recall", told));
  };
  return (
    <FormDeed
      words={t("desk_lot_recall")}
      hint={t(isRecalled(list) ? "desk_lot_recall_again_hint" : "desk_lot_recall_hint")}
      needs={[source]}
      typed={typed}
      run={run}
    >
      {(lacks) => (
        <>
          <Select
            label={t("desk_lot_maker")}
            value={mvx}
            options={[["", t("desk_lot_maker_any")], ...MAKERS]}
            onChange={(mvx) => typed.set({ mvx })}
          />
          <TextArea
            label={t("desk_lot_recall_source")}
            value={source}
            onInput={(source) => typed.set({ source })}
            error={lacks(source)}
          />
        </>
      )}
    </FormDeed>
  );
}

/** At one clinic or more; another may have cleared it, or may hold it under another maker's name. */
const isRecalled = ({ holds }: LotList): boolean => holds.some(({ why }) => why === "recall");

function Holds({ list }: { readonly list: LotList }) {
  if (list.holds.length === 0) return <p class="hint">{t("desk_lot_free")}</p>;
  return (
    <>
      <h2>{t("desk_lot_holds")}</h2>
      <ul class="plain">
        {list.holds.map((one) => (
          <li key={`${one.clinic} ${one.why} ${one.mvx}`}>
            {[
              one.clinic_name,
              word("desk_lot_why", one.why),
              nameOfMaker(one.mvx) ?? one.mvx,
              t("desk_since", { since: since(one.since) }),
            ]
              .filter(Boolean)
              .join(" · ")}
          </li>
        ))}
      </ul>
    </>
  );
}

function Child({ child }: { readonly child: HadIt }) {
  return (
    <li class="dose card">
      <span class="who">
        <a class="link" href={`#/child/${child.student}`}>
          {child.name}
        </a>
        <small>
          {[
            t("born", { day: day(child.birth_date) }),
            child.facility_name,
            child.grade && t("desk_lot_grade", { grade: child.grade }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </small>
        {child.doses.map((dose) => (
          <span key={dose.event}>
            {t("desk_lot_dose", {
              vaccine: shownVaccine(dose.cvx),
              maker: nameOfMaker(dose.mvx) ?? (makerNamed(dose.mvx) || t("desk_lot_maker_unknown")),
              day: day(dose.given_on),
              where: dose.where || word("desk_word", dose.basis),
            })}
          </span>
        ))}
        {child.contacts.length === 0 ? <small>{t("desk_lot_no_contact")}</small> : null}
        <ul class="plain">
          {child.contacts.map((one) => (
            <li key={`${one.name} ${one.phone}`}>
              {one.name} ({told(one.relation)}){" "}
              {one.phone ? (
                <a class="link" href={`tel:${one.phone}`}>
                  {one.phone}
                </a>
              ) : null}{" "}
              <small>
                {[one.email, t("desk_lot_speaks", { language: languageNamed(one.language) })]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </li>
          ))}
        </ul>
        <span class="pills">
          <Pill tone={child.open ? "bad" : "calm"}>{t(child.open ? "desk_lot_open" : "desk_lot_done")}</Pill>
        </span>
      </span>
    </li>
  );
}
