"""Which vaccine a row means, from its CVX code, CPT code and words; or that nobody can tell.

A CVX code decides when it is known and nothing beside it contradicts it; without one, a CPT code; without
both, the name of the vaccine group. A code that is not understood is kept in ``as_written`` and never
replaced by a guess from the words beside it: a wrong vaccine on a record is worse than an open question.
"""

import msgspec

from projections.law.codes import CODES

_CPT_TO_CVX = {
    "90700": "20",
    "90701": "01",
    "90702": "28",
    "90703": "35",
    "90704": "07",
    "90705": "05",
    "90706": "06",
    "90707": "03",
    "90708": "04",
    "90710": "94",
    "90712": "02",
    "90713": "10",
    "90714": "113",
    "90715": "115",
    "90716": "21",
    "90718": "09",
    "90720": "22",
    "90721": "50",
    "90723": "110",
    "90696": "130",
    "90697": "146",
    "90698": "120",
    "90632": "52",
    "90633": "83",
    "90634": "84",
    "90636": "104",
    "90645": "47",
    "90646": "46",
    "90647": "49",
    "90648": "48",
    "90743": "43",
    "90744": "08",
    "90746": "43",
    "90747": "44",
    "90748": "51",
    "90669": "100",
    "90670": "133",
    "90671": "215",
    "90677": "216",
    "90732": "33",
    "90619": "203",
    "90620": "163",
    "90621": "162",
    "90733": "32",
    "90734": "114",
    "90649": "62",
    "90650": "118",
    "90651": "165",
    "90680": "116",
    "90681": "119",
    "90655": "140",
    "90656": "140",
    "90657": "141",
    "90658": "141",
    "90660": "111",
    "90672": "149",
    "90685": "161",
    "90686": "150",
    "90687": "158",
    "90688": "158",
}
"""CPT codes of vaccine products that name one CVX code."""

_GROUP_WORDS = {
    "polio": "89",
    "poliovirus": "89",
    "ipv": "10",
    "opv": "02",
    "mmr": "03",
    "mmrv": "94",
    "var": "21",
    "varicella": "21",
    "chickenpox": "21",
    "dtp": "01",
    "dtap": "107",
    "dt": "28",
    "td": "139",
    "tdap": "115",
    "hepb": "45",
    "hep b": "45",
    "hepatitis b": "45",
    "hepa": "85",
    "hep a": "85",
    "hepatitis a": "85",
    "hib": "17",
    "pcv": "152",
    "pneumococcal conjugate": "152",
    "menacwy": "147",
    "mcv4": "147",
    "meningococcal": "108",
    "influenza": "88",
    "flu": "88",
    "iiv4": "150",
    "laiv4": "149",
    "hpv": "137",
    "rv": "122",
    "rotavirus": "122",
    "menb": "164",
    "covid-19": "213",
    "1vcov": "213",
    "rsv": "304",
    "mpox": "206",
}
"""Names of groups and short names, to the CVX code that says no more than they do."""


class Understood(msgspec.Struct, frozen=True):
    """The vaccine's CVX code, or None when it was not understood; the source's words either way."""

    cvx: str | None
    as_written: str


def understand(*, cvx: str = "", cpt: str = "", group: str = "", trade_name: str = "") -> Understood:
    """Read a row's codes and words. Empty texts are columns without a value."""
    cvx, cpt, group, trade_name = (" ".join(text.split()) for text in (cvx, cpt, group, trade_name))
    words = [group, f"CVX {cvx}" if cvx else "", f"CPT {cpt}" if cpt else "", trade_name]
    return Understood(_code(cvx, cpt, group), "; ".join(word for word in words if word)[:400])


def _code(cvx: str, cpt: str, group: str) -> str | None:
    meant = _from_words(group)
    if cvx:
        number = _known(cvx)
        others = [meant, _CPT_TO_CVX.get(cpt)]
        return None if number and any(_contradicts(number, other) for other in others) else number
    if cpt:
        number = _known(_CPT_TO_CVX.get(cpt, ""))
        return None if number and _contradicts(number, meant) else number
    return meant


def _known(code: str) -> str | None:
    """A CVX number the table knows, in its written form (``3`` is ``03``)."""
    if not code.isascii() or not code.isdigit():
        return None
    return CODES.cvx(code.lstrip("0").zfill(2))


def _from_words(group: str) -> str | None:
    code = _GROUP_WORDS.get(group.casefold()) or _GROUP_WORDS.get(group.casefold().replace("-", " "))
    return _known(code) if code else None


def _contradicts(number: str, other: str | None) -> bool:
    """Whether two codes cannot be the same dose: they are for different diseases altogether."""
    if other is None or other == number:
        return False
    mine, theirs = _families(number), _families(other)
    return not mine & theirs


def _families(number: str) -> frozenset[str]:
    vaccine = CODES.by_cvx.get(number)
    if vaccine is not None:
        return frozenset(vaccine.groups or vaccine.antigens)
    return frozenset(family for family, codes in CODES.file.elsewhere.items() if number in codes)
