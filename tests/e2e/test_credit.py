"""An owner reads the grade and what stands behind it, and sees everything held and who looked."""

import re

from playwright.sync_api import expect

from tests.e2e.entering import come_in_by_phone
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp

OWNER = "14000000015"
OBJECTOR = "14000000005"
LINES_OF_THE_GRADE = 13


def test_an_owner_understands_the_grade(phone: Phone, set_up: SetUp) -> None:
    come_in_by_phone(phone, set_up, OWNER)
    phone.at("我的")
    phone.tap("信用等级")
    phone.at("信用等级")
    phone.fits()
    read_the_ways_up(phone)
    open_every_indicator(phone)
    take_the_receipt(phone)


def read_the_ways_up(phone: Phone) -> None:
    phone.sees(re.compile("怎样升到“(一级|高级)”"))
    ways = phone.page.locator(".path")
    expect(ways.first).to_be_visible()
    controls = {"可以做到", "无法自行改变"}
    for step in phone.page.locator(".step-control").all_inner_texts():
        assert step.strip() in controls or step.strip().startswith("等到"), step


def open_every_indicator(phone: Phone) -> None:
    indicators = phone.page.locator(".indicator")
    expect(indicators).to_have_count(LINES_OF_THE_GRADE)
    for indicator in indicators.all():
        indicator.locator("button.disclosure-head").tap()
        assert indicator.locator(".indicator-why, .peers-place").first.inner_text().strip()
    peers = phone.page.locator(".peers").first
    expect(peers).to_contain_text("A 线（前 20%）")
    expect(peers).to_contain_text("本企业排第")
    phone.look_over()
    phone.fits()


def take_the_receipt(phone: Phone) -> None:
    phone.tap("等级凭证")
    expect(phone.page.locator(".receipt")).to_have_text(re.compile("eyJ"))
    phone.look_over()
    phone.tap("关闭")


def test_an_owner_sees_what_is_held_objects_and_sees_who_looked(
    phone: Phone, set_up: SetUp
) -> None:
    come_in_by_phone(phone, set_up, OBJECTOR)
    phone.at("我的")
    phone.tap("我的全部数据")
    phone.at("我的全部数据")
    phone.fits()
    phone.page.locator(".menu-row").first.get_by_role("button").tap()
    object_to_the_first(phone)
    phone.tap("返回")
    phone.at("我的全部数据")
    phone.sees("已提交")
    with phone.page.expect_download() as download:
        phone.tap("下载文件")
    assert download.value.suggested_filename.endswith(".json")
    phone.tap("谁看过我的信息")
    phone.at("谁看过我的信息")
    phone.sees("下载全部数据")
    phone.sees("提出异议")
    phone.page.locator(".access").first.get_by_role("button").tap()
    phone.sees(re.compile("记录编号 \\d+"))
    phone.at("谁看过我的信息")
    phone.fits()


def object_to_the_first(phone: Phone) -> None:
    expect(phone.page.locator(".record-head").first).to_be_visible()
    phone.fits()
    phone.page.get_by_role("button", name="对此有异议").first.tap()
    phone.look_over()
    phone.tap("提交异议")
    phone.sees("请写明哪里不对")
    phone.write("哪里不对，应当是什么", "数值与本企业留存的凭证不一致")
    phone.tap("提交异议")
    phone.sees("异议已提交")
    phone.sees("异议中")
    phone.look_over()
