"""The day itself, in chapters.

day = Day(playwright, school, folder)
day.plan()          the day before, with a network; then it is cut
day.chapters()      each ends on a screen that anything may befall: a killed tab, an empty battery, an update
day.come_home()     the network is back
"""

from collections.abc import Callable

from tests.browser.day.after import AfterTheClinic
from tests.browser.day.at import AtTheClinic
from tests.browser.day.before import BeforeTheClinic


class Day(BeforeTheClinic, AtTheClinic, AfterTheClinic):
    """From the plan to the last receipt."""

    def chapters(self) -> tuple[Callable[[], None], ...]:
        return (
            self.make_ready,
            self.take_a_walk_in,
            self.give_the_usual_dose,
            self.hand_the_family_its_packet,
            self.take_consent_by_voice,
            self.file_a_paper_with_its_picture,
            self.hand_the_phone_to_ben,
            self.screen_then_send_home,
            self.undo_a_dose,
            self.help_in_an_emergency,
            self.end_every_watch,
            self.close,
        )
