/** English words of what does not fit in a child's record (screens/child/matters, held_doses). */
export const matters = {
  matter_duplicate: "{vaccine} stands twice, {one} and {two}. The health office will settle it.",
  matter_order:
    "{vaccine} was given on {day} under a standing order that {by} withdrew from {from} on. The health office will settle it.",
  held_dose:
    "{vaccine} of {day} is of lot {lot}, which must not be used: {why}. Call the family and ask the health office what follows.",
  held_to_incident: "Tell the health office",
  held_since_recall: "recalled",
  held_since_excursion: "it was too warm or too cold",
  held_since_expired: "expired",
  held_since_other: "set aside",
  matter_form: "Paper form {number} was entered twice. The health office will settle it.",
};
