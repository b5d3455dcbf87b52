"""Who may do what: the roles a district grants, always for one facility, one clinic or the whole district."""

from enum import StrEnum


class Role(StrEnum):
    """A role as granted by ``role.granted``; ``system`` is the server itself and is never granted."""

    NURSE = "nurse"
    HEALTH_OFFICE = "health_office"
    RECORDS = "records"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    AGENCY = "agency"
    DISTRICT_ADMIN = "district_admin"
    SYSTEM = "system"
