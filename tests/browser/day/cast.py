"""Who and what is in the story: the places, the vial, and what each child is there for."""

from tests.browser.school import NO_CONSENT, NO_PACKET

CLINIC, COOLER = "Aspen commons", "Cooler 2"
TDAP = "U7421AC"
TDAP_CODE = f"010034928140010017310630\x1d10{TDAP}"
LOADED, WASTED = 20, 2
USUAL, WRONG_CHILD, BENS, REACTS, EXEMPT = "Owen", "Wren", "Ada", "Zoë", "Gus"
TWICE = "Kou"
"""The child to whom both phones give a Tdap."""
GIVEN = (USUAL, TWICE, NO_CONSENT, NO_PACKET, BENS, REACTS)
"""Who leaves this phone's clinic with a dose."""
