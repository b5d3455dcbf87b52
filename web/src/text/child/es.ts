/** Spanish words of what does not fit in a child's record (screens/child/matters). */
import type { matters as english } from "./en";

export const matters: Readonly<Record<keyof typeof english, string>> = {
  matter_duplicate: "{vaccine} está dos veces, {one} y {two}. La oficina de salud lo resolverá.",
  matter_order:
    "{vaccine} se puso el {day} con una orden permanente que {by} retiró desde el {from}. La oficina de salud lo resolverá.",
  matter_form: "El formulario de papel {number} se anotó dos veces. La oficina de salud lo resolverá.",
};
