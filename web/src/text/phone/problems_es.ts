/** What the server may refuse a phone, in Spanish by the code of the refusal; in English its own words are shown. */
export const problems: Readonly<Record<string, string>> = {
  "problem_wrong-login":
    "El usuario o la contraseña no son correctos. Revise los dos, y si el teclado escribe mayúsculas.",
  "problem_too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo otra vez.",
  "problem_code-unknown": "El código no es correcto. Cópielo otra vez, o pida uno nuevo a la oficina.",
  "problem_code-expired": "El código venció. Pida uno nuevo a la oficina.",
  "problem_code-used": "El código ya se usó. Pida uno nuevo a la oficina.",
  "problem_not-allowed": "Su función no permite esto.",
  "problem_not-signed-in": "La sesión terminó. Entre otra vez.",
  "problem_store-busy": "La base de datos no responde. Inténtelo en un momento.",
  "problem_batch-too-large":
    "Este envío lleva demasiadas anotaciones; el teléfono envía menos de una vez. No se pierde nada.",
  "problem_too-large": "Este envío es demasiado grande; el teléfono lo reparte. No se pierde nada.",
  "problem_rolled-back":
    "En el servidor se restauró una copia: no firma nada hasta que la oficina lo resuelva. Lo anotado queda en este teléfono.",
  "problem_record-damaged":
    "El disco del servidor no devuelve un registro. Lo anotado queda en este teléfono y se envía otra vez.",
  "problem_version-unknown":
    "El servidor habla otra versión del programa. Abra la aplicación con red para actualizarla.",
  "problem_token-unknown":
    "El servidor no conoce este teléfono. Pida un código nuevo a la oficina; lo anotado queda aquí.",
  "problem_projection-paused": "El servidor pone sus datos al día. Se intenta otra vez en un momento.",
  problem_unproven:
    "la respuesta del servidor no prueba nada. Lo anotado queda en este teléfono y se pregunta otra vez.",
  "problem_not-kept": "este teléfono no pudo guardar la respuesta. Se intenta otra vez.",
  problem_internal: "El servidor cometió un error, que ya consta. No se perdió nada: inténtelo otra vez.",
  problem_other: "El servidor no lo aceptó ({code}).",
};
