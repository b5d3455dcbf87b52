/** English words of a consent set aside, and of names. */
export const consent = {
  name_is_relation:
    "That is a relationship, not a name. In “{field}” write that person's own first and last name, as they sign.",
  withdrawn_standing: "Who that is to the student",
  standing_student_yes: "Under 18 this ends the student's own no and allows nothing by itself, hepatitis B apart.",
  found_standing_minor:
    "{about}, under 18, allows hepatitis B: the law asks for nobody else's consent (Minn. Stat. 144.3441). Say that the student understood what it is.",
  found_standing_unwitnessed:
    "{about} consented by voice, and nobody wrote down who listened or when: call again, or say who heard it.",
  found_no_unheard: "{about} said no, and by the court order on record has no say: say that you saw the order.",
  found_no_outsider:
    "{about} said no, and nothing on record gives them a say for this student. Ask whether a court or the family did, and write down what you learned.",
  listener_speaks: "Who consents cannot be who listened: write the listener's name.",
  standing_other_no: "This no is shown before a dose. It stops none that a parent or guardian allowed.",
  mistake: "Something was recorded by mistake",
  mistake_lead:
    "Only what was never said for this child: another child's paper, or one paper entered twice. Who thinks otherwise now says so anew. The entry stays visible and counts for nothing.",
  mistake_why: "What was wrong",
  mistake_save: "Set this entry aside",
  mistake_undo: "Count this entry again",
  mistake_was: "set aside: {reason}",
  word_aside:
    "The district has not taken this in. Until the office does, it can stop a dose on this phone and lets none through.",
  word_given: "Yes",
  word_refused: "No",
  word_withdrawn: "Taken back",
  word_shared: "Sharing with the state registry permitted",
  word_unshared: "Sharing with the state registry taken back",
  word_vaccines_all: "every vaccine",
  withdraw_what: "Take back:",
  no_say: "A court left somebody without a say",
  no_say_open: "Write down the court's order",
  no_say_lead:
    "From that day on neither their yes nor their no counts. A dose that goes ahead against their no asks for a reason each time.",
  no_say_person: "Who has no say",
  no_say_else: "somebody else",
  no_say_name: "The name as that person signs",
  no_say_name_hint: "First and last name. A no or yes under another spelling is another person's.",
  no_say_already: "That person has no say already: see the list above.",
  no_say_since: "From which day",
  no_say_document: "What shows it",
  no_say_document_hint: "Court, file number, date of the order, and who saw it.",
  no_say_save: "Sign: no say from that day",
  no_say_from: "{name}: no say from {day}",
  no_say_until: "until {day}",
  say_again_on: "Has a say again from",
  say_again_hint: "Where it was never lost: {day}.",
  say_again_why: "Why",
  say_again_save: "Sign: has a say again",
} as const;
