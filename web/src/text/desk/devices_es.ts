/** Spanish words of phones, tablets and who signs on them. */
import type { devices as english } from "./devices_en";

export const devices: Readonly<Record<keyof typeof english, string>> = {
  desk_devices: "Dispositivos",
  desk_devices_lead:
    "Quién firma en cada teléfono o tableta. Lo que aún traiga una clave o un dispositivo cerrado espera en Apartado.",
  desk_devices_hint: "Teléfonos y tabletas, y quién firma en ellos",
  desk_devices_none: "No hay ningún teléfono o tableta inscrito.",
  desk_joining: "Un código para un teléfono o una tableta",
  desk_joining_hint:
    "Con él la persona se inscribe en un dispositivo nuevo, o firma junto a las demás en uno que ya está.",
  desk_joining_for: "Quién firmará con él",
  desk_joining_told: "Dé este código a {name}. Sirve una vez, hasta {until}, y no se vuelve a mostrar:",
  desk_never_reported: "todavía sin noticias",
  desk_nobody_signs: "Nadie tiene una clave en él.",
  desk_end_seat: "Cerrar la clave de {name}",
  desk_end_seat_hint: "{name} ya no firma en este dispositivo. Las demás personas siguen; lo que hay en él se queda.",
  desk_end_device: "Cerrar el dispositivo",
  desk_end_device_hint: "Nadie firma ya en él y no recibe nada.",
  desk_end_reason: "Por qué",
  desk_end_note: "Qué pasó (opcional)",
  desk_end_left: "ya no trabaja con él",
  desk_end_lost: "perdido",
  desk_end_compromised: "otra persona puede saber el PIN",
  desk_end_replaced: "reemplazado por otro",
  desk_end_retired: "ya no se usa",
  desk_end_other: "otro motivo",
  desk_kind_of_phone: "teléfono",
  desk_kind_of_tablet: "tableta",
  desk_kind_of_laptop: "laptop",
};
