/** Palabras en español de la pantalla con las enfermeras de un teléfono. */
import type { nurses as english } from "./nurses_en";

export const nurses: Record<keyof typeof english, string> = {
  at_work: "trabajando",
  take_off: "Quitar de este teléfono",
  take_off_lead:
    "{name} ya no podrá abrir este teléfono. Todo lo que anotó queda en él y se sigue entregando. Con un código nuevo puede volver.",
  take_off_self:
    "Usted ya no podrá abrir este teléfono, y se bloquea ahora. Todo lo que anotó queda en él y se sigue entregando.",
  take_off_do: "Quitar a {name}",
  add_nurse: "Agregar una enfermera, o darle un PIN nuevo",
  add_nurse_lead:
    "La oficina de salud le da a la enfermera un código de un solo uso. Hace falta red una vez. Lo que espera en este teléfono se queda, también si alguien olvidó su PIN.",
  code_new: "Código de un solo uso de la enfermera",
  pin_new: "La enfermera elige un PIN (al menos 6 cifras)",
  pin_new_again: "Otra vez el PIN de la enfermera",
  pin_present: "{name}: su propio PIN, para dejarla entrar",
  add_nurse_do: "Dejar entrar a la enfermera",
  nurse_added: "{name} ya puede abrir este teléfono con el PIN que acaba de elegir.",
  change_pin: "Cambiar mi PIN",
  change_pin_lead: "Funciona sin red. El PIN de las demás no cambia.",
  pin_now: "Mi PIN actual",
  pin_other: "Mi PIN nuevo (al menos 6 cifras)",
  pin_other_again: "Otra vez mi PIN nuevo",
  pin_changed: "Su PIN ha cambiado.",
  rest: "Bloquear si nadie lo toca durante",
  rest_minutes: "{minutes} min",
};
