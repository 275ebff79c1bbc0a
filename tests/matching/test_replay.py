import json

from hypothesis import given
from hypothesis import strategies as st

from matching.applicant import Applicant, Wish
from matching.rank import rank
from matching.replay import digest_of, facts_kept, facts_read, order_digest
from matching.sheet import ProductSheet
from tests.matching.sheets import TODAY, a_sheet, a_wish, an_applicant, applicants, sheets, wishes


@given(applicant=applicants(), wish=wishes(), one=sheets("a"), other=sheets("b"))
def test_kept_facts_give_the_same_order_again(
    applicant: Applicant, wish: Wish, one: ProductSheet, other: ProductSheet
) -> None:
    kept = facts_kept(applicant, wish, TODAY, "00")
    again = json.loads(json.dumps(kept))
    assert digest_of(again) == digest_of(kept)
    first = rank(applicant, wish, [one, other], TODAY)
    read_applicant, read_wish, today = facts_read(again)
    second = rank(read_applicant, read_wish, [other, one], today)
    assert order_digest(second) == order_digest(first)


@given(salt=st.text("0123456789abcdef", min_size=32, max_size=32))
def test_the_digest_does_not_tell_the_facts(salt: str) -> None:
    def digest(with_salt: str) -> bytes:
        return digest_of(facts_kept(an_applicant(), a_wish(), TODAY, with_salt))

    assert (digest(salt) == digest("0" * 32)) == (salt == "0" * 32)


def test_a_changed_price_is_another_order() -> None:
    dearer = a_sheet(min_amount=a_sheet().min_amount * 2)
    kept = [
        order_digest(rank(an_applicant(), a_wish(), [one], TODAY)) for one in (a_sheet(), dearer)
    ]
    assert kept[0] == kept[1]  # the smallest loan is no factor of the order
    smaller = a_sheet(max_amount=a_sheet().max_amount / 2)
    assert order_digest(rank(an_applicant(), a_wish(), [smaller], TODAY)) != kept[0]


def test_no_name_is_kept() -> None:
    kept = facts_kept(an_applicant(grade_reason="示例有限公司"), a_wish(), TODAY, "00")
    assert "示例" not in json.dumps(kept, ensure_ascii=False)
