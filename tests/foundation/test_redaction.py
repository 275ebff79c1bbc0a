import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.redaction import MASK, redact

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
SPOKEN = str.maketrans("0123456789", "〇幺两三四五六七八九".replace("两", "二"))
WRITINGS = st.sampled_from([{}, FULL_WIDTH, CIRCLED, CHINESE, SPOKEN])
GAPS = st.text(alphabet=" \u3000\u2009-—.·_/()（）、，\u200b", max_size=3)
HARMLESS = st.sampled_from(["采购原材料", "流动资金周转，", "支付货款 ", "扩建厂房：", ""])
NAME = "示例精工机械（江阴）有限公司"
USCC = "91320281MA1ABCDE1X"


@st.composite
def disguised(draw: st.DrawFn, secret: str) -> str:
    """A secret with gaps and other digits, inside an ordinary sentence."""
    spelled = "".join(
        character.translate(draw(WRITINGS)) + draw(GAPS) for character in secret
    ).strip()
    return draw(HARMLESS) + spelled + draw(HARMLESS)


def digits_of(text: str) -> str:
    reading = unicodedata.normalize("NFKC", text).translate(
        str.maketrans("零〇一幺二三四五六七八九", "001123456789")
    )
    return re.sub(r"\D", "", reading)


phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0[1-9][0-9]{1,2}[2-8][0-9]{6,7}", fullmatch=True)
id_numbers = st.from_regex(r"[1-8][0-9]{5}(19|20)[0-9]{9}[0-9]", fullmatch=True)


@given(st.data())
def test_no_phone_number_survives_however_it_is_written(data: st.DataObject) -> None:
    phone = data.draw(phones | landlines | id_numbers)
    text = data.draw(disguised(phone))
    assert len(digits_of(redact(text))) < 7


@given(st.data(), st.sampled_from([NAME, USCC]))
def test_no_own_name_and_no_own_uscc_survives(data: st.DataObject, secret: str) -> None:
    text = data.draw(disguised(secret))
    left = redact(text, names=[NAME], numbers=[USCC])
    kept = "".join(c for c in unicodedata.normalize("NFKC", left) if c.isalnum())
    assert "示例精工" not in kept
    assert USCC[8:] not in kept


@given(st.text(max_size=200))
def test_it_never_grows_and_a_second_time_changes_nothing(text: str) -> None:
    once = redact(text, names=[NAME], numbers=[USCC])
    assert len(once) <= len(text)
    assert redact(once, names=[NAME], numbers=[USCC]) == once


@given(st.text(alphabet=string.ascii_lowercase, min_size=3, max_size=12), st.data())
def test_no_page_address_survives(host: str, data: st.DataObject) -> None:
    top = data.draw(st.sampled_from(["com", "cn", "com.cn", "net", "top", "vip"]))
    head = data.draw(st.sampled_from(["", "www.", "http://", "HTTPS://WWW."]))
    text = f"请看{head}{host}.{top}" + data.draw(st.sampled_from(["", "/a?b=1", "，谢谢"]))
    assert f"{host}." not in redact(text)
    assert f"{host}." not in redact(text.translate({i: i + 0xFEE0 for i in range(33, 127)}))


@pytest.mark.parametrize(
    "text",
    [
        "采购原材料，2026-12-31前付款500000元",
        "预计 1,000,000.00 元，2025、2026 两年",
        "购买 CNC 机床 5 台，单价 1200000元",
        "2026-01-01至2026-12-31流动资金周转",
        "2026.01.01-2026.12.31",
        "利率不高于3.85%，期限12-24个月",
        "支付第三、五、七号车间工程款",
        "",
    ],
)
def test_what_a_bank_needs_to_know_stays(text: str) -> None:
    assert redact(text, names=[NAME], numbers=[USCC]) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("联系13800001234张", f"联系{MASK}张"),
        ("加微信：abc_1234", f"加{MASK}"),
        ("QQ 12345 问我", f"{MASK} 问我"),
        ("邮箱 a.b@example.com，急用", f"邮箱 {MASK}，急用"),
        ("看 w w w . example . c o m", f"看 {MASK}"),
        ("示例精工机械采购钢材", f"{MASK}采购钢材"),
        ("证号 91320281MA1ABCDE1X。", f"证号 {MASK}。"),
        ("别家 91320281MA7XYWGH2K", f"别家 {MASK}"),
        ("320281 19900101 123X", MASK),
        ("86861234", MASK),
    ],
)
def test_what_would_let_somebody_call_is_masked(text: str, left: str) -> None:
    assert redact(text, names=[NAME], numbers=[USCC]) == left
