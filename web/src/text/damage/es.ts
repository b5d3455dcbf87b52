/** Spanish words of what a store could not give back (components/damage). */
import type { damage as english } from "./en";

export const damage: Record<keyof typeof english, string> = {
  partial_history:
    "Este teléfono aún no tiene el historial completo de esta clínica: puede faltar algo ya puesto, y lo que aparece como faltante puede no ser correcto.",
  namesake: "Aquí hay otro niño con este nombre y esta fecha de nacimiento.",
  namesake_lead: "Este: {told}. Compare el número o el nombre de la madre o del padre antes de seguir.",
  namesake_other: "El otro niño",
  namesake_unknown: "sin número ni madre o padre registrados",
  past_unknown:
    "El historial de este niño no está en este teléfono: solo lo conoce esta clínica. Pida la cartilla de vacunación y pásela antes de poner nada.",
  damaged_download:
    "Se dañaron registros de esta clínica en la memoria de este teléfono (hallado: {moment}). Se pide una copia al servidor; hasta que llegue puede faltar algo.",
  damaged_download_healed:
    "Se dañaron registros de esta clínica en la memoria de este teléfono (hallado: {moment}). Se volvieron a traer del servidor; no falta nada.",
  damaged_at_server_one:
    "El servidor del distrito no da 1 registro de esta clínica tal como lo firmó: puede faltar algo ya puesto. Avise a la oficina. Lo que usted anota se entrega igualmente.",
  damaged_at_server:
    "El servidor del distrito no da {count} registros de esta clínica tal como los firmó: puede faltar algo ya puesto. Avise a la oficina. Lo que usted anota se entrega igualmente.",
  damaged_child:
    "El registro de este niño se dañó en la memoria de este teléfono (hallado: {moment}). Se volvió a traer del servidor.",
  damaged_own_sealed:
    "Anotaciones de este teléfono que ya no se pueden leer aquí: {count}. Sus copias selladas están a salvo y van al distrito, que puede abrirlas.",
  damaged_own_there:
    "Anotaciones entregadas que ya no se pueden leer en este teléfono: {count}. El distrito las tiene.",
  damaged_there: "Registros que el servidor del distrito había dañado y que la copia de este teléfono reparó: {count}.",
};
