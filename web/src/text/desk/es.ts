/** Palabras en español de las pantallas de la oficina; las mismas claves que en.ts. */

import { clinics } from "./clinics_es";
import { devices } from "./devices_es";
import type { desk as english } from "./en";
import { fields } from "./fields_es";
import { lots } from "./lots_es";
import { problems } from "./problems_es";
import { quarantine } from "./quarantine_es";
import { recommended } from "./recommended_es";
import { record } from "./record_es";
import { retention } from "./retention_es";
import { told } from "./told_es";
import { worklist } from "./worklist_es";

export const desk: Readonly<Record<keyof typeof english, string>> = {
  desk_title: "Doseledger para la oficina",
  desk_sign_in_lead: "Con el usuario que le dio su distrito. En esta computadora no se guarda nada.",
  desk_session_ended: "Su sesión terminó. Entre otra vez: lo que estaba escribiendo espera aquí.",
  desk_sign_out: "Salir",
  desk_update: "Hay una versión nueva. Antes envíe lo que está escribiendo: lo que no se envía no se guarda.",
  desk_loading: "Preguntando al servidor…",
  desk_offline: "Sin red. No se puede mostrar ni decidir nada hasta que vuelva.",
  desk_offline_old: "Sin red. Lo que se muestra puede estar atrasado.",
  desk_worklist: "Pendientes",
  desk_children: "Niños",
  desk_again: "Actualizar",
  desk_as_of: "Según la entrada {size} del registro del distrito, {day}.",
  desk_age_now: "ahora mismo",
  desk_age_minutes: "hace {count} min",
  desk_age_hours: "hace {count} h",
  desk_age_days: "hace {count} días",
  desk_since: "desde {since}",
  desk_due: "plazo hasta el {day}",
  desk_overdue: "vencido desde el {day}",
  desk_more: "Estos son los primeros 200. Al resolver algunos aparecen los siguientes.",
  desk_role_health_office: "oficina de salud",
  desk_role_records: "oficina de registros",
  desk_role_district_admin: "administración del distrito",
  desk_role_administrator: "dirección",
  desk_role_nurse: "enfermería",
  desk_role_auditor: "auditoría",
  desk_role_agency: "agencia",
  desk_role_system: "el sistema",
  desk_not_yours: "Ninguna de sus funciones resuelve nada aquí.",
  desk_reported: "último contacto {since}",
  desk_more_places: "Más",
  desk_day_bad: "Elija un día completo que exista: mes, día y año.",
  ...clinics,
  ...devices,
  ...fields,
  ...lots,
  ...problems,
  ...quarantine,
  ...recommended,
  ...record,
  ...retention,
  ...told,
  ...worklist,
};
