/** Palabras en español de las pantallas del día de trabajo; las mismas claves que en.ts. */
import { asking } from "./asking_es";
import { consent } from "./consent_es";
import { day } from "./day_es";
import type { visit as english } from "./en";
import { giving } from "./giving_es";
import { reaction } from "./reaction_es";
import { record } from "./record_es";
import { stock } from "./stock_es";
import { unsigned } from "./unsigned_es";

export const visit: Readonly<Record<keyof typeof english, string>> = {
  ...asking,
  ...consent,
  ...day,
  ...giving,
  ...reaction,
  ...record,
  ...stock,
  ...unsigned,
};
