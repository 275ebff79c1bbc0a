"""An operator hands public information to a bank, whose officer fetches the file."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.entering import come_in_as_staff
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp

BANK = "江阴农村商业银行"


def test_public_information_is_handed_to_a_bank(
    a_phone: Callable[[], Phone], set_up: SetUp
) -> None:
    operator, officer = a_phone(), a_phone()
    come_in_as_staff(operator, set_up, "operator-jiangyin")
    hand_it_out(operator)
    come_in_as_staff(officer, set_up, "officer-jiangyin-bank")
    fetch_it(officer)


def open_the_page(phone: Phone) -> None:
    phone.at("澄易贷")
    phone.tab("我的")
    phone.at("我的")
    phone.tap(re.compile("公开信息批次"))
    phone.at("公开信息批次")


def hand_it_out(phone: Phone) -> None:
    open_the_page(phone)
    phone.tap("生成批次")
    bank = phone.page.get_by_label("接收机构")
    expect(phone.problem_of(bank)).to_have_text("请选择")
    bank.select_option(label=BANK)
    phone.page.get_by_label("区域").select_option(label="澄江街道")
    phone.page.get_by_label("行业").select_option(label="C 制造业")
    phone.tap("生成批次")
    phone.sees("批次已生成，机构可以下载")
    expect(phone.page.get_by_role("article").first).to_contain_text(BANK)
    phone.at("公开信息批次")
    phone.fits()


def fetch_it(phone: Phone) -> None:
    open_the_page(phone)
    batch = phone.page.get_by_role("article").first
    expect(batch).to_contain_text(re.compile(r"澄江街道 · 制造业.*[1-9]\d* 家", re.DOTALL))
    with phone.page.expect_download() as download:
        phone.tap("下载文件", within=batch)
    assert download.value.suggested_filename
    phone.fits()
