/** English words of the recommended list. */
export const recommended = {
  desk_recommended: "Recommended list",
  desk_recommended_hint: "The commissioner's editions, each with its source",
  desk_recommended_lead:
    "What the commissioner recommends beyond what the law asks. Phones ask for the edition in force in every packet.",
  desk_edition: "Edition of {day}",
  desk_edition_source: "Read at {source} on {day}, compared by {name}.",
  desk_edition_unchecked: "Nobody compared it with its source",
  desk_edition_add: "Enter an edition",
  desk_edition_add_hint:
    "Read it at its source first: your name stands as who compared it. The same date replaces what is there.",
  desk_edition_day: "Date of the edition",
  desk_edition_document: "Title as printed",
  desk_edition_vaccines: "Recommended in it",
  desk_edition_where: "Address it was read at, or where the paper lies",
  desk_edition_read_on: "Day it was read",
} as const;
