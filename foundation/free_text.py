"""What a person may write in a free field: letters, numbers, punctuation, ordinary spaces."""

import unicodedata

_ALLOWED = frozenset("LNPS")
_PICTURES = (
    (0x2600, 0x27BF),  # miscellaneous symbols and dingbats
    (0x2B00, 0x2BFF),  # arrows and stars
    (0x1F000, 0x1FAFF),  # pictographs, flags, tiles
    (0xE0000, 0xE007F),  # tags
)


def is_plain(text: str) -> bool:
    """Whether a text has no control or invisible character, no emoji, no combining mark and no
    half of a surrogate pair; 生僻字 beyond the basic plane and signs such as ㎡ and ℃ are plain.
    """
    return all(map(_is_plain_character, text))


def tidy(text: str) -> str:
    """A text in Unicode's composed form, without space at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def _is_plain_character(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Zs":
        return True
    point = ord(character)
    return category[0] in _ALLOWED and not any(low <= point <= high for low, high in _PICTURES)
