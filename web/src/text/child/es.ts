/** Spanish words of what does not fit in a child's record (screens/child/matters, held_doses). */
import type { matters as english } from "./en";

export const matters: Readonly<Record<keyof typeof english, string>> = {
  matter_duplicate: "{vaccine} está dos veces, {one} y {two}. La oficina de salud lo resolverá.",
  matter_order:
    "{vaccine} se puso el {day} con una orden permanente que {by} retiró desde el {from}. La oficina de salud lo resolverá.",
  held_dose:
    "{vaccine} del {day} es del lote {lot}, que no se debe usar: {why}. Llame a la familia y pregunte a la oficina de salud qué hacer.",
  held_to_incident: "Avisar a la oficina de salud",
  held_since_recall: "retirado del mercado",
  held_since_excursion: "estuvo demasiado caliente o demasiado frío",
  held_since_expired: "vencido",
  held_since_other: "apartado",
  matter_form: "El formulario de papel {number} se anotó dos veces. La oficina de salud lo resolverá.",
};
