/** Spanish words of a consent set aside, and of names. */
import type { consent as english } from "./consent_en";

export const consent: Readonly<Record<keyof typeof english, string>> = {
  name_is_relation:
    "Eso es un parentesco, no un nombre. En «{field}» escriba el nombre y apellido propios de esa persona, tal como firma.",
  withdrawn_standing: "Qué es esa persona del estudiante",
  standing_student_yes:
    "Antes de los 18 años esto termina la negativa del propio estudiante y por sí solo no permite nada, salvo hepatitis B.",
  found_standing_minor:
    "{about}, menor de 18 años, permite la hepatitis B: la ley no pide el consentimiento de nadie más (Minn. Stat. 144.3441). Diga que el estudiante entendió de qué se trata.",
  found_standing_unwitnessed:
    "{about} consintió de palabra y nadie anotó quién escuchó ni cuándo: llame otra vez o diga quién lo oyó.",
  found_no_unheard:
    "{about} dijo que no, y por la orden judicial registrada no tiene derecho a decidir: diga que usted vio la orden.",
  found_no_outsider:
    "{about} dijo que no, y nada en el registro le da derecho a decidir por este estudiante. Pregunte si se lo dio un tribunal o la familia y anote lo que averiguó.",
  listener_speaks: "Quien consiente no puede ser quien escuchó: escriba el nombre de quien escuchó.",
  standing_other_no:
    "Esta negativa se muestra antes de una dosis. No detiene ninguna que haya permitido el padre, la madre o el tutor.",
  mistake: "Algo se registró por error",
  mistake_lead:
    "Solo lo que nunca se dijo sobre este niño: el documento de otro niño, o uno registrado dos veces. Quien ahora piensa otra cosa lo dice de nuevo. La anotación queda visible y no cuenta.",
  mistake_why: "Qué estaba mal",
  mistake_save: "Anular esta anotación",
  mistake_undo: "Volver a contar esta anotación",
  mistake_was: "anulada: {reason}",
  word_aside:
    "El distrito no ha aceptado esto. Hasta que la oficina lo haga, puede detener una dosis en este teléfono y no deja pasar ninguna.",
  word_given: "Sí",
  word_refused: "No",
  word_withdrawn: "Retirado",
  word_shared: "Permiso para compartir con el registro estatal",
  word_unshared: "Permiso para compartir con el registro estatal, retirado",
  word_vaccines_all: "todas las vacunas",
  withdraw_what: "Retirar:",
  no_say: "Un tribunal le quitó a alguien el derecho a decidir",
  no_say_open: "Anotar la orden del tribunal",
  no_say_lead:
    "Desde ese día no cuentan ni su consentimiento ni su negativa. Cada dosis que se ponga contra su negativa pide un motivo.",
  no_say_person: "Quién no puede decidir",
  no_say_else: "otra persona",
  no_say_name: "El nombre tal como esa persona firma",
  no_say_name_hint: "Nombre y apellido. Un sí o una negativa con otra escritura es de otra persona.",
  no_say_already: "Esa persona ya no puede decidir: vea la lista de arriba.",
  no_say_since: "Desde qué día",
  no_say_document: "Qué lo demuestra",
  no_say_document_hint: "Tribunal, número de expediente, fecha de la orden y quién la vio.",
  no_say_save: "Firmar: no decide desde ese día",
  no_say_from: "{name}: no decide desde el {day}",
  no_say_until: "hasta el {day}",
  say_again_on: "Vuelve a decidir desde el",
  say_again_hint: "Si nunca lo perdió: {day}.",
  say_again_why: "Por qué",
  say_again_save: "Firmar: vuelve a decidir",
};
