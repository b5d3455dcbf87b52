/** English words of the office's screens (screens/desk). */
import { clinics } from "./clinics_en";
import { devices } from "./devices_en";
import { fields } from "./fields_en";
import { lots } from "./lots_en";
import { problems } from "./problems_en";
import { quarantine } from "./quarantine_en";
import { recommended } from "./recommended_en";
import { record } from "./record_en";
import { retention } from "./retention_en";
import { told } from "./told_en";
import { worklist } from "./worklist_en";

export const desk = {
  desk_title: "Doseledger for the office",
  desk_sign_in_lead: "With the login your district gave you. Nothing is kept on this computer.",
  desk_session_ended: "Your session ended. Sign in again: what you were writing waits here.",
  desk_sign_out: "Sign out",
  desk_update: "A new version is ready. Send what you are writing first: what is not sent is not kept.",
  desk_loading: "Asking the server…",
  desk_offline: "No network. Nothing can be shown or decided until it is back.",
  desk_offline_old: "No network. What is shown here may be old.",
  desk_worklist: "Worklist",
  desk_children: "Children",
  desk_again: "Refresh",
  desk_as_of: "As of entry {size} of the district's log, {day}.",
  desk_age_now: "just now",
  desk_age_minutes: "{count} min ago",
  desk_age_hours: "{count} h ago",
  desk_age_days: "{count} days ago",
  desk_since: "since {since}",
  desk_due: "due {day}",
  desk_overdue: "overdue since {day}",
  desk_more: "These are the first 200. Settle some, and the next appear.",
  desk_role_health_office: "health office",
  desk_role_records: "records office",
  desk_role_district_admin: "district administrator",
  desk_role_administrator: "administrator",
  desk_role_nurse: "nurse",
  desk_role_auditor: "auditor",
  desk_role_agency: "agency",
  desk_role_system: "the system",
  desk_not_yours: "None of your roles settles anything here.",
  desk_reported: "last reported {since}",
  desk_more_places: "More",
  desk_day_bad: "Choose a whole day that exists: month, day and year.",
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
} as const;
