"""A whole clinic day as one story: planned with a network, lived without one, brought home.

cast      who and what is in it
phone     the phone that two nurses share
before    the day before, at     at the clinic, after     from the last child to the last receipt
story     the day itself, in chapters
"""
