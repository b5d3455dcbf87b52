/** Palabras en español de lo que puede pasarle al teléfono mismo. */
import type { phone as english } from "./en";

export const phone: Record<keyof typeof english, string> = {
  phone_vanished:
    "Lo que este teléfono guardaba ya no está: se borró su almacenamiento. Lo entregado está en el registro del distrito; lo no entregado se perdió. Avise a la oficina de salud e inscriba este teléfono con un código nuevo.",
  phone_full: "Este teléfono está casi lleno. Borre fotos o aplicaciones, o la próxima dosis podría no guardarse.",
  phone_not_kept:
    "Este teléfono no pudo guardar lo último que hizo. Todo lo anterior está a salvo. Mire la bandeja de salida y repítalo, o anótelo en papel.",
  phone_scope_not_allowed:
    "El distrito ya no da niños a este teléfono: fue cerrado o usted no tiene función aquí. Lo que anotó se sigue entregando. Llame a la oficina de salud.",
  phone_scope_unknown: "El distrito ya no conoce esta clínica. Lo que anotó se sigue entregando.",
};
