/** What the server may refuse a phone, in Spanish by the code of the refusal; in English its own words are shown. */
export const problems: Readonly<Record<string, string>> = {
  "problem_wrong-login": "El usuario o la contraseña no son correctos.",
  "problem_too-many-attempts": "Demasiados intentos. Espere un poco e inténtelo otra vez.",
  "problem_code-unknown": "El código no es correcto. Cópielo otra vez, o pida uno nuevo a la oficina.",
  "problem_code-expired": "El código venció. Pida uno nuevo a la oficina.",
  "problem_code-used": "El código ya se usó. Pida uno nuevo a la oficina.",
  "problem_not-allowed": "Su función no permite esto.",
  "problem_not-signed-in": "La sesión terminó. Entre otra vez.",
  "problem_store-busy": "La base de datos no responde. Inténtelo en un momento.",
  problem_internal: "El servidor cometió un error, que ya consta. No se perdió nada: inténtelo otra vez.",
  problem_other: "El servidor no lo aceptó ({code}).",
};
