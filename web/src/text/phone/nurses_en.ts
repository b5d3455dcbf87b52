/** English words of the screen with the nurses of a phone (screens/phone_nurses). */
export const nurses = {
  at_work: "at work",
  take_off: "Remove from this phone",
  take_off_lead:
    "{name} can no longer open this phone. Everything {name} recorded stays on it and is still delivered. A new code brings {name} back.",
  take_off_self:
    "You can no longer open this phone, and it locks now. Everything you recorded stays on it and is still delivered.",
  take_off_do: "Remove {name}",
  add_nurse: "Add a nurse, or give one a new PIN",
  add_nurse_lead:
    "The health office gives the nurse a one-time code. This needs a network once. What waits on this phone stays, also when a PIN was forgotten.",
  code_new: "One-time code of the nurse",
  pin_new: "The nurse chooses a PIN (at least 6 digits)",
  pin_new_again: "The nurse's PIN again",
  pin_present: "{name}: your own PIN, to let the nurse in",
  add_nurse_do: "Let the nurse in",
  nurse_added: "{name} can open this phone now, with the PIN just chosen.",
  change_pin: "Change my PIN",
  change_pin_lead: "Works without a network. Nobody else's PIN changes.",
  pin_now: "My current PIN",
  pin_other: "My new PIN (at least 6 digits)",
  pin_other_again: "My new PIN again",
  pin_changed: "Your PIN is changed.",
  rest: "Lock when nobody touches it for",
  rest_minutes: "{minutes} min",
};
