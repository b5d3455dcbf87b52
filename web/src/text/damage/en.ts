/** English words of what a store could not give back (components/damage). */
export const damage = {
  partial_history:
    "This phone does not have the whole history of this clinic yet: something given before may not be shown, and what is due may be wrong.",
  namesake: "Another child here has this name and this birth date.",
  namesake_lead: "This one: {told}. Compare the number or the parent's name before you go on.",
  namesake_other: "The other child",
  namesake_unknown: "neither number nor parent on record",
  past_unknown:
    "This child's history is not on this phone: only this clinic knows the child. Ask for the immunization record and enter it before you give anything.",
  damaged_download:
    "Records of this clinic were damaged in this phone's store (found {moment}). A copy is asked from the server; until it is here, something may be missing.",
  damaged_download_healed:
    "Records of this clinic were damaged in this phone's store (found {moment}). They were fetched anew from the server; nothing is missing.",
  damaged_at_server_one:
    "The district's server does not give 1 record of this clinic as it signed it: something given before may not be shown. Tell the office. What you record is delivered all the same.",
  damaged_at_server:
    "The district's server does not give {count} records of this clinic as it signed them: something given before may not be shown. Tell the office. What you record is delivered all the same.",
  damaged_child:
    "This child's record was damaged in this phone's store (found {moment}). It was fetched anew from the server.",
  damaged_own_sealed:
    "Entries of this phone that cannot be read here any more: {count}. Their sealed copies are safe and go to the district, which can open them.",
  damaged_own_there: "Delivered entries that cannot be read on this phone any more: {count}. The district has them.",
  damaged_there: "Records the district's server had damaged and this phone's copy healed: {count}.",
};
