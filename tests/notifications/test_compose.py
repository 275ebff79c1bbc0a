"""Texts fit a phone, and say nothing that a locked one must not show."""

import inspect
import re

import pytest

from notifications import compose
from notifications.compose import MAX_BODY, MAX_TITLE, NamedProduct, Text
from tests.notifications.revealing import REVEALING

LONGEST = NamedProduct(name="贷" * 80, bank="行" * 120, illustrative=True)
TEXTS = [
    function
    for name, function in inspect.getmembers(compose, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == compose.__name__
]


def text_of(function: object, product: NamedProduct) -> Text:
    values = {
        "count": 12,
        "first": product,
        "product": product,
        "best": product,
        "bank": product.bank,
    }
    wanted = inspect.signature(function).parameters  # type: ignore[arg-type]
    text: Text = function(**{name: values[name] for name in wanted})  # type: ignore[operator]
    return text


def test_there_are_texts_to_look_at() -> None:
    assert len(TEXTS) >= 14


@pytest.mark.parametrize("function", TEXTS, ids=lambda function: function.__name__)
def test_a_text_fits_and_reveals_nothing(function: object) -> None:
    text = text_of(function, LONGEST)
    assert 0 < len(text.title) <= MAX_TITLE
    assert 0 < len(text.body) <= MAX_BODY
    assert not REVEALING.search(text.title + text.body)
    assert re.search(r"[\u4e00-\u9fff]", text.title), "Chinese, for the person who reads it"


def test_only_an_illustrative_banks_product_is_marked() -> None:
    real = NamedProduct(name="经营贷", bank="示例银行", illustrative=False)
    assert str(real) == "示例银行「经营贷」"
    example = NamedProduct(name="经营贷", bank="示例银行", illustrative=True)
    assert str(example) == "【示例产品】示例银行「经营贷」"
