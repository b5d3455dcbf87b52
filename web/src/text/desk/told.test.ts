/** OFFICE-R11, OFFICE-R26: what the record tells in English is told in Spanish, with its values; what a person typed stays. */
import { beforeEach, expect, test, vi } from "vitest";
import { followUp, sentence } from "../../screens/clinic/found";
import { visit as visitEnglish } from "../clinic/en";
import { visit as visitSpanish } from "../clinic/es";
import { office as phoneEnglish } from "../office/en";
import { office as phoneSpanish } from "../office/es";
import { inEnglish, language, learn, t } from "../words";
import { desk as english } from "./en";
import { desk as spanish } from "./es";
import { recorded, retold, told } from "./told";
import sentences from "./told.json";

vi.hoisted(() => {
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("navigator", { language: "en-US" });
  vi.stubGlobal("location", { hash: "" });
  vi.stubGlobal("addEventListener", () => undefined);
});
learn({ ...visitEnglish, ...english, ...phoneEnglish }, { ...visitSpanish, ...spanish, ...phoneSpanish });
beforeEach(() => {
  language.value = "es";
});

test("a dose, its date and how it became known are said in Spanish", () => {
  expect(told("MMR on 2020-03-03, administered, Anna Ek")).toBe(
    "MMR (triple viral), 3 de marzo de 2020, puesta por nosotros, Anna Ek",
  );
  expect(told("dose.administered is written by: nurse, health_office")).toBe(
    "«Dosis puesta» solo lo escriben: enfermería, oficina de salud",
  );
});

test("a wrong clock says in Spanish in how many records more it was", () => {
  const clock = "a device's clock was 9 minutes ahead when it recorded here; its times are not to be relied on";
  expect(told(clock)).toMatch(/^el reloj de un dispositivo iba 9 minutos/);
  expect(told(`${clock}; and in 2 more records`)).toBe(`${told(clock)}; y en 2 expedientes más`);
  expect(told(`${clock}; and in 1 more record`)).toBe(`${told(clock)}; y en otro expediente`);
});

test("a dose under a withdrawn order and a form entered twice are said in Spanish", () => {
  expect(told("MMR was given on 2026-09-01 under an order withdrawn from 2026-08-31 by Dr. Lind")).toBe(
    "MMR (triple viral) se puso el 1 de septiembre de 2026 con una orden permanente que Dr. Lind retiró desde el 31 de agosto de 2026",
  );
  expect(told("order withdrawn from 2026-08-31 by Dr. Lind: a recall")).toBe(
    "Dr. Lind retiró la orden permanente desde el 31 de agosto de 2026: a recall",
  );
  expect(told("paper form 00c0ffee-44 was entered twice")).toBe(
    "el formulario de papel 00c0ffee-44 se anotó dos veces",
  );
  expect(told("not given on 2026-09-01: MMR; Varicella")).toBe(
    "no se puso el 1 de septiembre de 2026: MMR (triple viral); Varicela",
  );
});

test("what corrections of who the child is disagree on is named in Spanish", () => {
  expect(told("two corrections of who the child is disagree on birth date, name")).toBe(
    "dos correcciones de quién es el niño no coinciden en: fecha de nacimiento, nombre",
  );
});

test("what the phone wrote in English of a stop is said in the phone's own Spanish", () => {
  language.value = "en";
  const written = [
    sentence({ code: "lot_expired", about: "2026-11-01" }, inEnglish),
    sentence({ code: "lot_held", about: "recall" }, inEnglish),
    sentence({ code: "consent_refused", about: "Marcus Bell" }, inEnglish),
    sentence({ code: "packet_lacks", about: "requirements|recommended" }, inEnglish),
    sentence({ code: "funding", about: "vfc private" }, inEnglish),
    sentence({ code: "order_route", about: "IM PO" }, inEnglish),
    sentence({ code: "order_dose", about: "0.5 3" }, inEnglish),
    sentence({ code: "order_site", about: "left_deltoid right_thigh" }, inEnglish),
    sentence({ code: "expiry_differs", about: "2027-05-31 2027-06-30" }, inEnglish),
    sentence({ code: "stock_expiry_differs", about: "2027-03-31 2027-04-30" }, inEnglish),
    sentence({ code: "day_open", about: "2026-10" }, inEnglish),
    ...followUp([{ code: "order_none", about: "" }]),
  ];
  expect(written.join(" ")).toContain("lacks its day (October 2026)");
  language.value = "es";
  const said = written.map((one) => retold(one));
  expect(said).not.toContain(null);
  expect(said[0]).toContain("1 de noviembre de 2026");
  expect(said[2]).toContain("Marcus Bell");
  expect(said.join(" ")).toContain("vía: En el músculo (IM), no");
  expect(said.join(" ")).toContain("el 31 de mayo de 2027; las vacunas de esta clínica, el 30 de junio de 2027");
  expect(said.join(" ")).toContain("dos fechas de vencimiento: el 31 de marzo de 2027 y el 30 de abril de 2027");
  expect(said.join(" ")).toContain("le falta el día (octubre de 2026)");
  expect(sentence({ code: "day_open", about: "2026-10" }, t)).toContain("le falta el día (octubre de 2026)");
  expect(said.join(" ")).not.toMatch(/\b(upper|thigh|mouth|the|this|is|recalled|requirements|purchase)\b/);
});

test("WEB-R410: what the phone writes for who typed nothing is English in the record, and the screen's language on screens", () => {
  for (const key of ["undo_reason", "undo_visit_reason", "standing_parent"] as const) {
    language.value = "es";
    expect(recorded(key)).toBe(visitEnglish[key]);
    expect(told(recorded(key))).toBe(visitSpanish[key]);
    language.value = "en";
    expect(told(recorded(key))).toBe(visitEnglish[key]);
  }
});

test("what an earlier version of the phone wrote is said in Spanish too", () => {
  const before = "Marcus Bell says no, another parent yes. They must agree first.";
  expect(told(before)).toBe("Marcus Bell dice que no y el otro padre que sí. Antes deben ponerse de acuerdo.");
  const who = "Kim could not consent: under 18 a parent or guardian does, from 18 the student.";
  expect(told(who)).toMatch(/^Kim no podía consentir: .* desde los 18, el estudiante\.$/);
});

test("a consent that was no one's to give, or a mistake, and an answer that spoke against the dose", () => {
  expect(told("consent signed by Kim as a student of age")).toBe(
    "consentimiento que firmó Kim como estudiante mayor de edad",
  );
  expect(told("MMR was given on 2026-09-01; the consent of Kim was recorded by mistake: another child")).toBe(
    "MMR (triple viral) se puso el 1 de septiembre de 2026; el consentimiento de Kim se anotó por error: another child",
  );
  expect(
    told("MMR was given on 2026-09-01 against: ill today, weak defences or daily aspirin; no nurse had allowed it"),
  ).toBe(
    "MMR (triple viral) se puso el 1 de septiembre de 2026 a pesar de: enfermo hoy, defensas bajas o aspirina diaria; ninguna enfermera lo había permitido",
  );
  expect(told("Marcus Bell: possible pregnancy")).toBe("Marcus Bell: posible embarazo");
  expect(told("Marcus Bell: she is ill today")).toBe("Marcus Bell: she is ill today");
});

test("what a roster's file calls whom to call is said in Spanish", () => {
  expect(["guardian", "foster parent", "mother"].map(told)).toEqual(["tutor", "padre o madre de acogida", "madre"]);
  expect(told("stepmother, evenings")).toBe("stepmother, evenings");
});

test("what a person typed is nobody's sentence", () => {
  expect(retold("given before the paper was found missing")).toBeNull();
  expect(told("a request of the family (34 CFR 99.10)")).toBe("a request of the family (34 CFR 99.10)");
});

test("in English too a day, a month, a moment and a kind of entry are said as people say them", () => {
  language.value = "en";
  expect(told("MMR on 2020-03-03, administered, Anna Ek")).toBe("MMR on March 3, 2020, given by us, Anna Ek");
  expect(told("MMR is on record twice, on 2020-03-03 and 2020-03")).toBe(
    "MMR is on record twice, on March 3, 2020 and March 2020",
  );
  expect(told("dose.administered is written by: nurse, health_office")).toBe(
    "Dose given is written by: nurse, health office",
  );
  expect(told("2027-11-22T16:14:34.000Z")).toMatch(/^November 2[123], 2027 at \d/);
  expect(told("given before the paper was found missing")).toBe("given before the paper was found missing");
});

test("both languages of a sentence hold the same values", () => {
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
  for (const { en, es } of Object.values(sentences)) expect(values(es)).toEqual(values(en));
});
