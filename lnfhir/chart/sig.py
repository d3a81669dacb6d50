"""The common ways to write a dosage in words, in English and Chinese; anything else is left unread.

A text says nothing here unless it says it once: two doses, two frequencies or a changing dose make it unclear.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = str.maketrans("×～", "x~")
_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "twelve": "12",
    "half": "0.5", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "半": "0.5",
}  # fmt: skip
_N = r"(\d+(?:\.\d+)?)"

_FREQUENCY = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("every_h", rf"(?:every|q|each)\s*{_N}\s*(?:-\s*\d+\s*)?(?:hours?|hrs?|h)\b|每\s*{_N}\s*小时(?:一次|1次)?"),
            ("every_d", rf"(?:every|q)\s*{_N}\s*(?:days?|d)\b|每\s*{_N}\s*[天日](?:1次)?"),
            ("every_w", rf"(?:every|q)\s*{_N}\s*(?:weeks?|wks?|w)\b|每\s*{_N}\s*周(?:1次)?"),
            ("hourly", r"every hour|\bhourly\b|\bq1h\b|每小时"),
            ("other_day", r"every other day|alternate days?|q\.?o\.?d\b\.?|隔[日天](?:1次)?|every second day"),
            (
                "per_day",
                rf"{_N}\s*(?:times?|x)\s*(?:a|per|each|every|/)?\s*(?:day|daily|d\b)|[每1][日天]\s*{_N}\s*次|{_N}\s*次\s*/\s*[日天]",
            ),
            ("per_week", rf"{_N}\s*(?:times?|x)\s*(?:a|per|each|every|/)?\s*(?:week|weekly)|每周\s*{_N}\s*次"),
            ("thrice", r"three times daily|thrice (?:daily|a day)|\bt\.?i\.?d\b\.?"),
            ("four", r"\bq\.?i\.?d\b\.?"),
            ("twice", r"twice (?:daily|a day|per day|each day|every day)|\bb\.?i\.?d\b\.?"),
            ("weekly", r"(?:once (?:a |per |every )?)?week(?:ly)?\b|every week\b|\bq\.?w(?:k|eekly)?\b|每周"),
            ("monthly", r"(?:once (?:a |per |every )?)?month(?:ly)?\b|every month\b|每月(?:1次)?"),
            (
                "daily",
                r"(?:once (?:a |per |every |each )?)?(?:daily|a day\b|per day\b)|(?:once )?(?:every|each|in the) "
                r"(?:day|morning|evening|night)|nightly|once a day|once day|at bedtime|\bq\.?d\b\.?|\bq[ap]m\b|\bqhs\b|"
                r"\bqday\b|\bqn\b|\bo\.?d\b\.?|[每1]?[日天]1次|[每][日天晚早]",
            ),
            (
                "single",
                r"\bonce\b|\bx\s*1\b(?! (?:day|d\b|week|tab|cap))|\bstat\b|single dose|x\s*1 dose|\b1 dose\b|单次|即刻",
            ),
        )
    )
)
_FIXED = {"other_day": 0.5, "thrice": 3.0, "four": 4.0, "twice": 2.0, "weekly": 1 / 7, "monthly": 1 / 30}
_FIXED |= {"daily": 1.0, "hourly": 24.0}

_MASS = re.compile(
    rf"{_N}\s*(?P<unit>mg|milligrams?|g|gm|grams?|mcg|ug|µg|μg|毫克|微克|克)"
    r"(?P<per>\s*/\s*(?:kg|m2|m²)(?:\s*/\s*(?:d|day|dose|[天日]))?|\s*/\s*(?:d|day|[天日]|24\s*h)\b|\s*/\s*(?:ml|l|h)\b)?"
    r"(?![a-z])"
)
_TO_MG = {"g": 1000.0, "gm": 1000.0, "克": 1000.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001, "μg": 0.001, "微克": 0.001}
_COUNT = re.compile(rf"{_N}\s*(?:tablets?|tabs?|capsules?|caps?|pills?|片|粒|颗)\b|{_N}\s*[片粒颗]")
_DURATION = re.compile(
    rf"(?:for|x|连用|连续|共|\*)\s*{_N}\s*(?P<unit>days?|d\b|weeks?|wks?|[天日]|周)|{_N}\s*(?P<late>[天日]疗程)"
)
_CHANGING = re.compile(
    r"taper|wean|\bthen\b|decreas|reduc|increas|titrat|followed by|减量|递减|逐渐|逐步|然后|随后|加量|改为|load"
)
_AS_NEEDED = re.compile(r"\bprn\b|\bp\.r\.n\b|as needed|if needed|as required|when needed|必要时|需要时")
_RANGE = re.compile(rf"{_N}\s*(?:-|~|to|or|至|到)\s*{_N}")
_UNCLEAR = re.compile(
    r"up to|maximum|max\b|as directed|see instructions|per protocol|遵医嘱|不超过|according to|except"
)
_DIVIDED = re.compile(r"in (?:\d+ )?divided doses?|divided|分\s*\d+\s*次")
_REPEATED_NUMBER = re.compile(r"\b(\d+(?:\.\d+)?) \(\s*\1\s*\)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LONGEST = 400
_MOST = 1000.0
_MOST_MG = 1e6


@dataclass(frozen=True, slots=True)
class Sig:
    """What a text says of a dosage; None is what it does not say, or not clearly.

    `per_day` is how many doses a day, `mg` the single dose, `mg_per_day` a dose stated as a daily total.
    `single` is a dose given once. `unclear` when the text says more than was understood.
    """

    mg: float | None = None
    mg_per_day: float | None = None
    mg_per_kg: bool = False
    count: float | None = None
    per_day: float | None = None
    days: float | None = None
    single: bool = False
    as_needed: bool = False
    changing: bool = False
    unclear: bool = False


@lru_cache(maxsize=4096)
def read_sig(text: str) -> Sig:
    """Read a dosage text. Texts of more than 400 characters are not read."""
    if len(text) > _LONGEST:
        return Sig(unclear=True)
    words = _normal(text)
    per_day, single, clear_rate = _frequency(words)
    mg, total, per_kg, clear_mass = _mass(words)
    counts = {float(match[1] or match[2]) for match in _COUNT.finditer(words)}
    return Sig(
        mg=mg,
        mg_per_day=total,
        mg_per_kg=per_kg,
        count=counts.pop() if len(counts) == 1 else None,
        per_day=per_day,
        days=_days(words),
        single=single,
        as_needed=bool(_AS_NEEDED.search(words)),
        changing=bool(_CHANGING.search(words)),
        unclear=not clear_rate
        or not clear_mass
        or len(counts) > 1
        or bool(_UNCLEAR.search(words))
        or bool(_RANGE.search(words)),
    )


def _normal(text: str) -> str:
    words = " ".join(_THOUSANDS.sub("", unicodedata.normalize("NFKC", text).translate(_PLAIN)).casefold().split())
    for word, number in _NUMBER_WORDS.items():
        words = re.sub(rf"\b{word}\b", number, words) if word.isascii() else words.replace(word, number)
    words = re.sub(r"(?<![\d/])1/2(?![\d/])", "0.5", words)
    return _REPEATED_NUMBER.sub(r"\1", words)


def _frequency(words: str) -> tuple[float | None, bool, bool]:
    """Doses a day, whether it is one single dose, and whether that is said clearly."""
    rates = set()
    for match in _FREQUENCY.finditer(words):
        kind = match.lastgroup or ""
        number = next((float(group) for group in match.groups()[1:] if group and _is_number(group)), 0.0)
        if kind in _FIXED:
            rates.add(_FIXED[kind])
        elif kind == "single":
            rates.add(0.0)
        elif not 0 < number <= _MOST:
            return None, False, False
        else:
            every = {"every_h": 24 / number, "every_d": 1 / number, "every_w": 1 / (7 * number), "per_week": number / 7}
            rates.add(every.get(kind, number))
    if len(rates) != 1:
        return None, False, not rates
    rate = rates.pop()
    return (None, True, True) if rate == 0.0 else (rate, False, True)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _mass(words: str) -> tuple[float | None, float | None, bool, bool]:
    """Single dose, stated daily total, dose by body size, and whether that is said clearly."""
    doses: set[float] = set()
    totals: set[float] = set()
    for match in _MASS.finditer(words):
        per = (match["per"] or "").replace(" ", "")
        if "/kg" in per or "/m" in per or per in ("/l", "/h"):
            return None, None, "/kg" in per, "/kg" in per
        mg = float(match[1]) * _TO_MG.get(match["unit"], 1000.0 if match["unit"].startswith("gram") else 1.0)
        if not 0 < mg <= _MOST_MG:
            return None, None, False, False
        (totals if per else doses).add(round(mg, 6))
    if _DIVIDED.search(words):
        totals, doses = totals | doses, set()
    if len(doses) + len(totals) > 1:
        return None, None, False, False
    return (doses.pop() if doses else None), (totals.pop() if totals else None), False, True


def _days(words: str) -> float | None:
    found = {
        float(match[1] or match[3]) * (7 if (match["unit"] or "").startswith(("w", "周")) else 1)
        for match in _DURATION.finditer(words)
    }
    return found.pop() if len(found) == 1 else None
