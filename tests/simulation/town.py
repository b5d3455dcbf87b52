"""A storm over the simulated district: things people do, and things that happen to them, at random times.

People (who there is, a nurse's deeds) <- Mishaps · OfficeDeeds <- Town (the first day, the storm)
"""

from __future__ import annotations

from collections.abc import Callable

from events.catalog import Payload
from events.catalog.clinics import ClinicPlanned, RosterAdded
from events.catalog.event_type import PersonName
from events.catalog.people import RoleGranted, StaffRegistered
from events.catalog.students import StudentRegistered
from events.ids import Stream, stream_of
from tests.simulation.mishaps import Mishaps
from tests.simulation.office_deeds import OfficeDeeds
from tests.simulation.people import (
    DEVICES_MANY,
    DEVICES_MAX,
    DEVICES_MIN,
    MANY_CHANCE,
    STUDENTS,
    WORK,
)

ACTIONS_MIN, ACTIONS_MAX = 15, 50


class Town(Mishaps, OfficeDeeds):
    """The actions of a storm by weight."""

    def found(self) -> None:
        """The district before its first storm."""
        facts: list[tuple[Stream, Payload]] = []
        for nurse in self.nurses:
            stream = stream_of("staff", nurse)
            facts += [(stream, StaffRegistered(name="N. Nurse", title="RN", address=WORK))]
            facts += [(stream, RoleGranted(role="nurse"))]
        office = stream_of("staff", self.officer)
        facts.append((office, StaffRegistered(name="O. Office", title="LSN", address=WORK)))
        facts += [(office, RoleGranted(role="health_office")), (office, RoleGranted(role="nurse"))]
        for student in self.students:
            name = PersonName(given="Given", family="Family")
            facts.append((stream_of("student", student), StudentRegistered(name=name, birth_date="2015-06-15")))
        for clinic in self.clinics:
            stream = stream_of("clinic", clinic)
            roster = tuple(self.random.sample(self.students, STUDENTS // 2))
            facts.append((stream, ClinicPlanned(name="Gym", facility=None, address=WORK, on="2026-11-21")))
            facts.append((stream, RosterAdded(students=roster)))
        assert self.world.server.record(facts)
        many = self.random.random() < MANY_CHANCE
        for _ in range(DEVICES_MANY if many else self.random.randint(DEVICES_MIN, DEVICES_MAX)):
            self.enroll()

    def storm(self, seconds: float) -> None:
        """Plan what happens during a storm."""
        actions = list(self._actions())
        weights = [self._actions()[action] for action in actions]
        for _ in range(self.random.randint(ACTIONS_MIN, ACTIONS_MAX)):
            action = self.random.choices(actions, weights)[0]
            self.happened[action.__name__] += 1
            self.world.at(self.random.uniform(0, seconds), action)

    def _actions(self) -> dict[Callable[[], None], int]:
        return {
            self.give_dose: 30,
            self.overstep: 3,
            self.switch_off: 4,
            self.lose_network: 6,
            self.part: 4,
            self.ask: 4,
            self.change_roster: 6,
            self.change_scope: 2,
            self.link_children: 1,
            self.crash_server: 2,
            self.poison: 2,
            self.enroll: 1,
            self.drown_phone: 1,
            self.revoke: 1,
            self.grant: 1,
            self.close_seat: 1,
            self.close_device: 1,
            self.settle: 4,
            self.hand_off: 3,
            self.drown_after_hand_off: 1,
            self.turn_server_clock: 1,
            self.clone: 1,
            self.evict_storage: 1,
            self.restore_backup: 1,
            self.harm_disk: 2,
        }
