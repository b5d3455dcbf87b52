"""The demo district: made-up people with believable histories, the same from the same seed.

    names.py       the names and languages of the town, by community
    people.py      facilities, staff, and who goes to which school
    enrollments.py since when, in which grade, with which entry terms
    schedule.py    the doses a child gets when nothing goes wrong
    papers.py      what families and physicians brought to the office
    stories.py     each story told: doses, paper, first day, what is missing
    histories.py   which stories there are, and how often
    clinic.py      today's clinic: roster, orders, stock, consents
    district.py    all of it together: ``demo_district(seed, today)``

Pure: no clock, no disk, no randomness but the seed. Nobody here is real; telephone numbers are from the
range kept for fiction (555-0100 to 555-0199).
"""
