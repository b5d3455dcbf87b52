/** When a lot expires, as its label says: of a month and a year alone the month's last day. */
import { Field } from "../../components/parts";
import { t } from "../../text/words";

export const ExpiresField = (props: {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error: string | undefined;
}) => <Field label={t("lot_expires")} type="date" hint={t("lot_expires_hint")} {...props} />;
