/** Spanish words of lots: who had one, what must not be used. */
import type { lots as english } from "./lots_en";

export const lots: Readonly<Record<keyof typeof english, string>> = {
  desk_lots: "Lotes",
  desk_lots_hint: "Quién recibió un lote, retiradas del mercado",
  desk_lot: "Número de lote",
  desk_lot_find_hint: "Letras y cifras; los guiones y espacios no importan.",
  desk_lot_find: "Quién lo recibió",
  desk_lots_held: "No se deben usar ahora",
  desk_lots_held_none: "No hay lotes apartados.",
  desk_lot_why_recall: "retirado del mercado",
  desk_lot_why_excursion: "demasiado caliente o demasiado frío",
  desk_lot_why_expired: "vencido",
  desk_lot_why_other: "apartado",
  desk_lot_others: "Quién más recibió el lote",
  desk_lot_title: "Lote {lot}",
  desk_lot_holds: "Dónde está apartado",
  desk_lot_free: "Ninguna clínica tiene apartado este lote.",
  desk_lot_had: "Niños que lo recibieron ({count})",
  desk_lot_nobody: "Nadie cuyo expediente pueda ver recibió este lote.",
  desk_lot_grade: "grado {grade}",
  desk_lot_dose: "{vaccine}, {day}, {where}",
  desk_print: "Imprimir",
  desk_lot_open: "por atender",
  desk_lot_done: "nada pendiente",
  desk_lot_no_contact: "No consta ningún número al que llamar.",
  desk_lot_speaks: "habla {language}",
  desk_lot_recall: "El fabricante retira este lote",
  desk_lot_recall_hint: "Todos los teléfonos de todas las clínicas lo detienen, y cada dosis de él pasa a Pendientes.",
  desk_lot_recall_again_hint:
    "Donde arriba lo dice ya está detenido por retirada. Si lo dice otra vez, se detiene en todas las clínicas, también donde se liberó.",
  desk_lot_recall_source: "Cómo lo sabe (carta, aviso, fecha)",
};
