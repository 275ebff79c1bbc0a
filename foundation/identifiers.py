"""Identifiers: our own keys, the ids the API shows, USCC, ID card and phone numbers."""

import re
from uuid import UUID

import phonenumbers
import uuid_utils.compat as time_ordered
from stdnum.cn import ric, uscc

from foundation.errors import BadUserInput

_NODE_ID = re.compile(r"([a-z_]{2,24})_([0-9a-f]{32})", re.ASCII)


def new_id() -> UUID:
    """A new primary key, UUID version 7: ordered by time, so that indexes stay compact."""
    return time_ordered.uuid7()


def encode_id(kind: str, key: UUID) -> str:
    """The id the API shows for a record: its kind and key, for example demand_0199…"""
    return f"{kind}_{key.hex}"


def split_id(text: str) -> tuple[str, UUID]:
    """The kind and key inside an API id. Raises BadUserInput when it is none."""
    found = _NODE_ID.fullmatch(text)
    if found is None:
        raise BadUserInput("不是有效的 ID")
    return found[1], UUID(hex=found[2])


def decode_id(kind: str, text: str) -> UUID | None:
    """The key of an API id; None for another kind of record, which cannot exist under this kind.

    Raises BadUserInput when the text is no id at all.
    """
    found_kind, key = split_id(text)
    return key if found_kind == kind else None


def is_valid_uscc(code: str) -> bool:
    """Whether a unified social credit code has 18 characters and the check digit of GB 32100."""
    return len(code) == 18 and bool(uscc.is_valid(code))


def is_sole_trader(code: str) -> bool:
    """Whether a USCC belongs to a 个体工商户: registering department 9, kind 2."""
    return code.startswith("92")


def is_valid_id_number(number: str) -> bool:
    """Whether an ID card number has the length, birth date and check digit of GB 11643."""
    return len(number) == 18 and bool(ric.is_valid(number))


def normal_phone(text: str) -> str | None:
    """A mainland mobile number as +86 and eleven digits, or None when it cannot be one.

    `is_possible_number` is asked, not `is_valid_number`: the demo's 140 0000 numbers are
    reserved by nobody and would be refused.
    """
    if len(text) > 20:
        return None
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    possible = phonenumbers.is_possible_number(number)
    if number.country_code != 86 or not possible or not re.fullmatch(r"1[3-9]\d{9}", national):
        return None
    return f"+86{national}"
