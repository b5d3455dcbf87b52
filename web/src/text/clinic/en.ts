/** English words of the working day's screens (screens/clinic). Keys are the contract; es.ts must have the same. */
import { asking } from "./asking_en";
import { consent } from "./consent_en";
import { day } from "./day_en";
import { giving } from "./giving_en";
import { reaction } from "./reaction_en";
import { record } from "./record_en";
import { stock } from "./stock_en";
import { unsigned } from "./unsigned_en";

export const visit = {
  ...asking,
  ...consent,
  ...day,
  ...giving,
  ...reaction,
  ...record,
  ...stock,
  ...unsigned,
} as const;
