/** English words of what may befall the phone itself (components/phone_notices). */
export const phone = {
  phone_vanished:
    "What this phone held is gone: its storage was cleared. What it had delivered is in the district's record; what it had not is lost with it. Tell the health office, then enroll this phone again with a new code.",
  phone_full: "This phone is nearly full. Delete photos or apps, or the next dose may not be kept.",
  phone_not_kept:
    "This phone could not keep what you did last. Everything before it is safe. Look at the outbox, then do it again or write it on paper.",
  phone_scope_not_allowed:
    "The district gives this phone no children any more: it was closed, or you have no role here. What you recorded is still delivered. Call the health office.",
  phone_scope_unknown: "The district does not know this clinic any more. What you recorded is still delivered.",
};
