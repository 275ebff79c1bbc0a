"""Takes out of free text whatever would let a reader reach or name its writer: the one place.

Removed: phone numbers, ID, account and licence numbers, page and mail addresses, messenger ids,
and the names given. Full-width, circled, foreign and Chinese digits count as digits, and spaces
or punctuation between them do not hide them. Dates, years and amounts of money stay.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

MASK = "***"

_CHINESE_DIGITS = dict(
    zip("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True)
)
_LONGEST_HARMLESS_RUN = 6
_LONGEST_AMOUNT = 10
_SHORTEST_FORM = 4

_DIGITS = re.compile(r"[0-9](?:[^0-9a-z\u3400-\u9fff]{0,3}[0-9])*x?")
_DAY = (
    r"(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01]))"
)
_DAYS = re.compile(rf"{_DAY}(?:[ ,;~、-]{{1,3}}{_DAY})?")
_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:[^0-9]+(?:19|20)[0-9]{2})*")
_AMOUNT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?")
_UNIT = re.compile(r" ?(?:元|圆|块|万|亿|美元|欧元|吨|公斤|千克|台|套|件|平|米|人|股|rmb|m2)")

_LICENCE = re.compile(r"[0-9a-hj-npqrtuwxy]{2}[0-9]{6}[0-9a-hj-npqrtuwxy]{10}")
_ADDRESS = re.compile(
    r"(?:https?|ftp):/{0,3}[^\s\u3000-\u9fff]*"
    r"|[a-z0-9._%+-]+@[a-z0-9.-]+"
    r"|(?:[a-z0-9][a-z0-9-]{0,62}\.)+[a-z]{2,24}(?:[/?:#][^\s\u3000-\u9fff]*)?"
)
_SPACED_ADDRESS = re.compile(
    r"www[.。][a-z0-9.。/-]+"
    r"|(?:[a-z0-9][a-z0-9-]{0,62}[.。])+"
    r"(?:com|cn|net|org|top|vip|cc|xyz|shop|site|info|io|me|co|app|ltd|club|tech)(?![a-z])"
)
_MESSENGER = re.compile(
    r"(?:微信|薇信|威信|v信|wechat|weixin|vx|wx|qq|扣扣|钉钉|抖音|telegram|whatsapp)"
    r"(?:号码?|id|账号|帐号)?[是为]?[a-z0-9]{4,}"
)
_LEGAL_FORM = re.compile(r"(?:股份|有限|责任|集团|公司|合作社|经营部|商行|工作室|个体工商户|厂)+$")
_REGION = re.compile(r"^(?:.{2,3}省)?(?:.{2,4}[市县区])?")
_BRACKETED = re.compile(r"[(（][^)）]*[)）]")


def redact(text: str, *, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> str:
    """The text with every removed stretch replaced by ***, never longer than it was.

    `names` are removed with and without region and legal form, `numbers` (a USCC, say) with
    whatever stands between their characters. Redacting the result again changes nothing.
    """
    forms = {*_forms_of(names), *(_Reading(number, str.isalnum).text for number in numbers)}
    own = [re.compile(re.escape(form)) for form in sorted(forms - {""}, key=len, reverse=True)]
    while True:
        masked = _mask(text, sorted(_spans(text, own)))
        if masked == text:
            return text
        text = masked


class _Reading:
    """A text as a reader would see through its disguises, and where each character came from."""

    def __init__(self, text: str, keeps: Callable[[str], bool]) -> None:
        pairs = [
            (_as_digit(character), position)
            for position, original in enumerate(text)
            for character in unicodedata.normalize("NFKC", original).lower()
            if keeps(character)
        ]
        self.text = "".join(character for character, _ in pairs)
        self.positions = [position for _, position in pairs]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the reading stands in the text itself."""
        return self.positions[start], self.positions[end - 1] + 1

    def spans(self, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Where the patterns are found."""
        for pattern in patterns:
            for found in pattern.finditer(self.text):
                yield self.span(*found.span())


def _as_digit(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return _CHINESE_DIGITS.get(character, character) if digit is None else str(digit)


def _spans(text: str, own: list[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    reading = _Reading(text, lambda _: True)
    yield from reading.spans(_ADDRESS)
    for run in _DIGITS.finditer(reading.text):
        if not _is_harmless(run[0], reading.text[run.end() :]):
            yield reading.span(*run.span())
    yield from _Reading(text, lambda character: not character.isspace()).spans(_SPACED_ADDRESS)
    yield from _Reading(text, str.isalnum).spans(_LICENCE, _MESSENGER, *own)


def _is_harmless(run: str, following: str) -> bool:
    digits = sum(character.isdigit() for character in run)
    if digits <= _LONGEST_HARMLESS_RUN or _DAYS.fullmatch(run) or _YEARS.fullmatch(run):
        return True
    is_amount = _AMOUNT.fullmatch(run) is not None and _UNIT.match(following) is not None
    return is_amount and digits <= _LONGEST_AMOUNT


def _forms_of(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for spelled in (name, _BRACKETED.sub("", name)):
            whole = _Reading(spelled, str.isalnum).text
            yield whole
            short = _LEGAL_FORM.sub("", whole)
            yield from (
                form
                for form in (short, _REGION.sub("", whole), _REGION.sub("", short))
                if len(form) >= _SHORTEST_FORM
            )


def _mask(text: str, spans: list[tuple[int, int]]) -> str:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    for start, end in reversed(merged):
        text = text[:start] + MASK[: end - start] + text[end:]
    return text
