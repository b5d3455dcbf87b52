/** Spanish words of an emergency whose times nobody signed yet: its own screen, the child's, the close. */
import type { unsigned as english } from "./unsigned_en";

export const unsigned: Readonly<Record<keyof typeof english, string>> = {
  epinephrine_at: "Epinefrina {number}: {time}",
  called_at: "911 llamado a las {time}",
  handed_at: "Entregado a las {time}",
  parent_at: "Se llamó a los padres a las {time}",
  emergency_unsigned: "Una emergencia con horas todavía sin firmar",
  emergency_sign: "Ver las horas",
  emergencies_unsigned: "Emergencias sin firmar: {count}",
  emergencies_first: "Antes hay que firmar o borrar sus horas.",
  emergency_untap: "Quitar: {words}",
  emergency_mistake: "Se tocó por error",
  emergency_mistake_lead: "A este niño no le pasó nada: las horas se borran y no se registra nada.",
  emergency_discard: "Borrar estas horas",
};
