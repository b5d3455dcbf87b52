/** Spanish words of how files end. */
import type { retention as english } from "./retention_en";

export const retention: Readonly<Record<keyof typeof english, string>> = {
  desk_retention: "Plazos",
  desk_retention_hint: "Expedientes que pueden terminar, retenciones, certificados",
  desk_retention_lead:
    "Expedientes cuyo plazo terminó, que están retenidos o cuyo fin ha comenzado. Destruir requiere dos personas.",
  desk_retention_none: "Ningún expediente puede terminar todavía y ninguno está retenido.",
  desk_may_go: "puede destruirse desde el {day}",
  desk_file_may_be_destroyed: "puede destruirse",
  desk_file_held: "retenido",
  desk_file_kept: "se conserva",
  desk_file_no_period: "se conserva: sin plazo aprobado",
  desk_stage_proposed: "propuesto: otra persona aprueba",
  desk_stage_approved: "aprobado por otra persona",
  desk_stage_requested: "en destrucción",
  desk_propose: "Proponer su destrucción",
  desk_approve: "Aprobar como segunda persona",
  desk_destroy_by_command: "Lo destruye quien atiende el servidor: doseledger retention destroy.",
  desk_hold: "Retener este expediente",
  desk_hold_why: "Por qué debe conservarse",
  desk_hold_authority: "Quién o qué lo pide",
  desk_unhold: "Terminar la retención: {authority}",
  desk_unhold_why: "Por qué terminó",
  desk_certificates: "Certificados",
  desk_certificates_none: "Todavía no se ha destruido nada.",
  desk_certificate: "{count} anotaciones destruidas el {day}",
  desk_certificate_one: "{count} anotación destruida el {day}",
  desk_backups_gone: "La última copia de las claves vence el {day}.",
  desk_still_to_forget: "Olvidan en su próximo contacto: {devices}",
  desk_copies: "Se dieron copias a: {recipients}",
};
