/** English words of an emergency whose times nobody signed yet: its own screen, the child's, the close. */
export const unsigned = {
  epinephrine_at: "Epinephrine {number}: {time}",
  called_at: "911 called at {time}",
  handed_at: "Handed over at {time}",
  parent_at: "Parent called at {time}",
  emergency_unsigned: "An emergency whose times are not signed yet",
  emergency_sign: "To the times",
  emergencies_unsigned: "Emergencies not signed yet: {count}",
  emergencies_first: "Sign or discard their times first.",
  emergency_untap: "Take back: {words}",
  emergency_mistake: "Tapped by mistake",
  emergency_mistake_lead: "Nothing happened to this child: the times are deleted and nothing is recorded.",
  emergency_discard: "Discard these times",
} as const;
