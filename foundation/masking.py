"""Shows of a person what lets them be recognised by whoever knows them, and nothing more.

The one place where names and numbers of natural persons are shortened for a reader (CZ 8, CANG
一(三), JS 15: 未经脱敏不得对外提供). What is not recognised is hidden whole.
"""

import re

STAR = "*"
HIDDEN = "***"
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d)\d{4}(\d{4})", re.ASCII)
_ID_NUMBER = re.compile(r"(\d{3})\d{13}(\d[\dXx])|(\d{3})\d{10}(\d{2})", re.ASCII)
_SOLE_TRADER = re.compile(r"(92\d{6})[0-9A-Z]{9}([0-9A-Z])", re.ASCII)
_SHORTEST_NUMBER = 6


def mask_phone(text: str) -> str:
    """138****0001: three digits, four stars, the last four."""
    found = _PHONE.fullmatch(text.replace(" ", "").replace("-", ""))
    return f"{found[1]}****{found[2]}" if found else HIDDEN


def mask_name(text: str) -> str:
    """张** : the first character; of a name of one or none nothing."""
    name = text.strip()
    return name[0] + STAR * min(len(name) - 1, 2) if len(name) > 1 else HIDDEN


def mask_id_number(text: str) -> str:
    """110*************14: the first three and the last two characters of a valid shape."""
    found = _ID_NUMBER.fullmatch(text.strip())
    if found is None:
        return HIDDEN
    first, last = (found[1], found[2]) if found[1] else (found[3], found[4])
    return first + STAR * (len(text.strip()) - 5) + last


def mask_uscc(text: str) -> str:
    """A 个体工商户's code is its person's: area and last character. An enterprise's stays."""
    found = _SOLE_TRADER.fullmatch(text.strip().upper())
    return f"{found[1]}{STAR * 9}{found[2]}" if found else text


def mask_number(text: str) -> str:
    """An account, contract or certificate number: its last four characters."""
    plain = text.strip()
    return STAR * 4 + plain[-4:] if len(plain) >= _SHORTEST_NUMBER else HIDDEN
