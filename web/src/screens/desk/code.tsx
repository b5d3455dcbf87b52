/** A one-time code with which a phone or tablet joins, or a further person on it: shown once, on this page alone. */
import { useState } from "preact/hooks";
import { Notice, Select } from "../../components/parts";
import { momentWords, t } from "../../text/words";
import { request } from "./asking";
import { useTyped } from "./kept";
import { FormDeed } from "./parts";

/** Somebody who works for the district. */
export interface Colleague {
  readonly staff: string;
  readonly name: string;
}

interface Issued {
  readonly code: string;
  readonly expires_at: string;
}

export function NewCode({ people }: { readonly people: readonly Colleague[] }) {
  const typed = useTyped("code", { staff: "" });
  const [told, setTold] = useState<(Issued & { readonly name: string }) | null>(null);
  const { staff } = typed.values;
  const issue = async () => {
    const issued = await request<Issued>("POST", "/api/enrollment-codes", { staff });
    setTold({ ...issued, name: people.find((one) => one.staff === staff)?.name ?? "" });
  };
  return (
    <>
      <FormDeed words={t("desk_joining")} hint={t("desk_joining_hint")} needs={[staff]} typed={typed} run={issue}>
        {(lacks) => (
          <Select
            label={t("desk_joining_for")}
            value={staff}
            options={[["", ""], ...people.map((one) => [one.staff, one.name] as const)]}
            onChange={(chosen) => typed.set({ staff: chosen })}
            error={lacks(staff)}
          />
        )}
      </FormDeed>
      {told === null ? null : (
        <Notice tone="info">
          <p>{t("desk_joining_told", { name: told.name, until: momentWords(Date.parse(told.expires_at)) })}</p>
          <p>
            <strong>{told.code}</strong>
          </p>
        </Notice>
      )}
    </>
  );
}
