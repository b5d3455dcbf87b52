/** Spanish words of the recommended list. */
import type { recommended as english } from "./recommended_en";

export const recommended: Readonly<Record<keyof typeof english, string>> = {
  desk_recommended: "Lista recomendada",
  desk_recommended_hint: "Las ediciones del comisionado, cada una con su fuente",
  desk_recommended_lead:
    "Lo que el comisionado recomienda además de lo que exige la ley. Los teléfonos piden la edición vigente en cada paquete.",
  desk_edition: "Edición del {day}",
  desk_edition_source: "Leída en {source} el {day}; la comparó {name}.",
  desk_edition_unchecked: "Nadie la comparó con su fuente",
  desk_edition_add: "Anotar una edición",
  desk_edition_add_hint:
    "Léala antes en su fuente: su nombre queda como quien la comparó. La misma fecha reemplaza lo que hay.",
  desk_edition_day: "Fecha de la edición",
  desk_edition_document: "Título impreso",
  desk_edition_vaccines: "Qué recomienda",
  desk_edition_where: "Dirección donde se leyó, o dónde está el papel",
  desk_edition_read_on: "Día en que se leyó",
};
