/** English words of what does not fit in a child's record (screens/child/matters). */
export const matters = {
  matter_duplicate: "{vaccine} stands twice, {one} and {two}. The health office will settle it.",
  matter_order:
    "{vaccine} was given on {day} under a standing order that {by} withdrew from {from} on. The health office will settle it.",
  matter_form: "Paper form {number} was entered twice. The health office will settle it.",
};
