/** Login and password, as a phone is enrolled with and the office begins with. */
import { useState } from "preact/hooks";
import { t } from "../text/words";
import { Button, Field, Notice } from "./parts";

export function SignInForm(props: {
  readonly lead: string;
  readonly busy: boolean;
  readonly problem: string;
  readonly onSignIn: (login: string, password: string) => void;
}) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (login !== "" && password !== "") props.onSignIn(login.trim(), password);
  };
  return (
    <form onSubmit={submit}>
      <p class="lead">{props.lead}</p>
      <Field
        label={t("login")}
        value={login}
        onInput={setLogin}
        autocomplete="username"
        error={tried && login === "" ? t("required") : undefined}
      />
      <Field
        label={t("password")}
        type="password"
        value={password}
        onInput={setPassword}
        autocomplete="current-password"
        error={tried && password === "" ? t("required") : undefined}
      />
      {props.problem ? <Notice tone="bad">{props.problem}</Notice> : null}
      <Button type="submit" disabled={props.busy}>
        {t("sign_in")}
      </Button>
    </form>
  );
}
