"""Every code of the ledger has words, and says who it was without a name of a person."""

import pytest

from sharing.access.words import (
    PURPOSES,
    REFUSALS,
    WHAT,
    categories_in_words,
    explanation_of,
    reader_name,
)
from sharing.ledger import PLATFORM, Purpose, Refusal, What
from storage.models.membership import Role


def test_every_code_has_words() -> None:
    assert set(WHAT) == set(What)
    assert set(PURPOSES) == set(Purpose)
    assert set(REFUSALS) == set(Refusal)


@pytest.mark.parametrize(
    ("role", "institution", "name"),
    [
        (PLATFORM, None, "平台"),
        (PLATFORM, "示例银行", "平台"),
        (Role.OPERATOR, "示例银行", "平台运营人员"),
        (Role.OFFICER, "示例银行", "示例银行"),
        (Role.INSTITUTION_ADMIN, None, "接入机构"),
        (Role.OWNER, None, "本企业"),
    ],
)
def test_who_it_was(role: str, institution: str | None, name: str) -> None:
    assert reader_name(role, institution) == name


def test_who_was_sent_something_is_named() -> None:
    sentence = explanation_of(
        "平台", What.WHITELIST_SENT, Purpose.BATCH, None, recipient="示例银行"
    )

    assert sentence == "平台发送白名单，用途：批量推送公开信用信息，接收方：示例银行。"


def test_fields_stand_behind_their_category() -> None:
    assert categories_in_words(["JS-13", "JS-14"], ["JS-13/缴存比例", "JS-13/缴存人数"]) == [
        "住房公积金缴纳情况（缴存比例、缴存人数）",
        categories_in_words(["JS-14"], [])[0],
    ]


@pytest.mark.parametrize("reason", Refusal)
def test_only_a_refusal_is_called_one(reason: Refusal) -> None:
    sentence = explanation_of(
        "平台", What.INTERFACE_CALLED, Purpose.GRADE_RUN, reason.value, recipient=None
    )

    assert ("被拒绝" in sentence) is (reason is not Refusal.UNAVAILABLE)
    assert REFUSALS[reason] in sentence
