/** Spanish words of papers: statements, their pictures. */
import type { paper as english } from "./en";

export const paper: Readonly<Record<keyof typeof english, string>> = {
  statement_lead: "Anote qué se entregó. La oficina de salud lo compara con la ley y dice qué cubre.",
  statement_kind: "Qué tipo de documento",
  statement_antigens: "Contra qué enfermedades",
  statement_antigens_hint: "No marque ninguna si el documento las cubre todas.",
  statement_signer: "Quién lo firmó",
  statement_filed: "La oficina de salud revisará el documento. Hasta entonces queda en revisión.",
  signed_physician: "médico",
  signed_public_clinic: "clínica pública",
  signed_health_care_provider: "otro profesional de la salud",
  signed_parent: "padre, madre o tutor",
  signed_emancipated: "estudiante emancipado",
  signed_other: "otra persona",
  picture: "Foto del documento",
  picture_take: "Tomar una foto",
  picture_again: "Tomar otra foto",
  picture_leave_out: "Sin foto",
  picture_taken: "La foto está en este teléfono, bajo llave ({kib} KB).",
  picture_alt: "El documento tal como se fotografió",
  picture_failed: "El teléfono no puede leer este archivo como foto. Tome otra o anote el documento sin foto.",
  picture_lead:
    "Ponga el documento plano, con las cuatro esquinas a la vista. La foto se envía después de todo lo demás.",
  picture_follows: "La foto sigue en este teléfono. Se enviará sola cuando haya red.",
};
