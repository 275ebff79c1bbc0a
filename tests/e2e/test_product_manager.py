"""A bank's product from its first draft to the shelf, past a sentence and a reviewer."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.entering import come_in_as_staff
from tests.e2e.phone import WITHIN_MS, Phone
from tests.e2e.setup import SetUp

PRODUCT = "示例设备贷"


def test_a_product_reaches_the_shelf(a_phone: Callable[[], Phone], set_up: SetUp) -> None:
    manager, operator, visitor = a_phone(), a_phone(), a_phone()
    come_in_as_staff(manager, set_up, "manager-jiangyin-bank")
    manager.at("澄易贷")
    draft(manager)
    mend_and_submit(manager)
    come_in_as_staff(operator, set_up, "operator-jiangyin")
    approve(operator)
    find_on_the_shelf(visitor)


def draft(phone: Phone) -> None:
    phone.tap("起草产品")
    phone.at("起草产品")
    phone.tap("保存草稿")
    phone.sees("请修改标出的内容后再提交")
    expect(phone.problem_of(phone.field("最低额度"))).to_have_text("请填写数字")
    phone.at("起草产品")
    phone.write("产品名称", PRODUCT)
    phone.write("最低额度", "10")
    phone.write("最高额度", "5")
    phone.write("最短期限", "6")
    phone.write("最长期限", "24")
    phone.choose("担保方式", "信用")
    phone.choose("还款方式", "等额本息")
    phone.write("计息方式", "固定利率")
    for grade in ("高级", "一级", "备选"):
        phone.write(f"{grade}年利率", "4.2")
    for limit in phone.page.get_by_role("textbox", name="额度占最高额度").all():
        limit.fill("80")
    phone.choose("准入等级", "备选")
    phone.write("所需材料", "营业执照")
    write_conditions(phone)


def write_conditions(phone: Phone) -> None:
    """Industries, figures and a qualification, picked and typed; nothing is programmed."""
    phone.tap(re.compile("^适用行业"))
    phone.write("查找适用行业", "通用设备")
    phone.choose("适用行业", "C34 通用设备制造业")
    phone.write("查找适用行业", "")
    phone.choose("适用行业", "C 制造业")
    phone.write("成立至少", "12")
    phone.write("上年营业收入至少", "900")
    phone.write("上年营业收入至多", "100")
    phone.tap("添加一组资质")
    phone.choose("第 1 组，满足其一", "制造业")
    phone.look_over()
    phone.fits()


def mend_and_submit(phone: Phone) -> None:
    phone.tap("保存草稿")
    most = phone.field("最高额度")
    expect(most).to_have_attribute("aria-invalid", "true")
    expect(phone.problem_of(most)).to_have_text("最高金额不能低于最低金额")
    phone.at("起草产品")
    revenue = phone.field("上年营业收入至多")
    expect(phone.problem_of(revenue)).to_have_text("营业收入的上限低于下限，没有企业能满足")
    most.fill("500")
    revenue.fill("")
    before_it_was_saved = fitting_firms(phone)
    phone.tap("保存草稿")
    phone.sees("草稿已保存")
    phone.at("产品详情")
    phone.sees("草稿")
    phone.sees(re.compile("营业收入.*900万元"))
    with_condition = try_the_rules(phone)
    assert try_a_figure_that_nobody_has(phone) == 0 < with_condition == before_it_was_saved
    phone.tap("提交审核")
    phone.look_over()
    phone.tap("提交审核", within=phone.page.get_by_role("dialog"))
    phone.sees("已提交审核")
    phone.sees("审核中")
    phone.at("产品详情")


def try_the_rules(phone: Phone) -> int:
    """The demo city has firms enough: totals, groups and barriers, all in whole tens."""
    fitting = fitting_firms(phone)
    lab = phone.page.locator(".lab")
    for grouping in ("按地区", "按行业", "按等级"):
        phone.choose("符合的是哪些企业", grouping)
        expect(lab.locator(".bar-row").first).to_contain_text(re.compile(r"\d+ / \d*0 家"))
    phone.look_over()
    phone.fits()
    return fitting


def fitting_firms(phone: Phone) -> int:
    lab = phone.page.locator(".lab:visible")
    phone.tap("开始试算", within=lab)
    figure = lab.locator(".lab-figure")
    expect(figure).to_have_text(re.compile(r"^\d*0$"), timeout=WITHIN_MS)
    return int(figure.inner_text())


def try_a_figure_that_nobody_has(phone: Phone) -> int:
    """What is typed is tried before it is saved, and leaving without saving changes nothing."""
    phone.tap("修订")
    phone.at("修订产品")
    expect(phone.field("上年营业收入至少")).to_have_value("900")
    phone.write("上年营业收入至少", "9000000")
    fitting = fitting_firms(phone)
    phone.look_over()
    phone.tap("返回")
    phone.at("产品详情")
    phone.sees(re.compile("营业收入.*900万元"))
    return fitting


def approve(phone: Phone) -> None:
    phone.at("澄易贷")
    phone.follow(PRODUCT)
    phone.at("产品详情")
    phone.tap("通过")
    phone.look_over()
    phone.tap("通过", within=phone.page.get_by_role("dialog"))
    phone.sees("已通过，产品上架")
    phone.sees("已上架")
    phone.at("产品详情")


def find_on_the_shelf(phone: Phone) -> None:
    phone.open()
    choose_the_city(phone)
    phone.tab("产品")
    phone.at("贷款产品")
    phone.write("搜索产品或机构", PRODUCT)
    phone.field("搜索产品或机构").press("Enter")
    phone.follow(PRODUCT)
    phone.at("产品详情")
    phone.sees("江阴农村商业银行")
    phone.sees("登录后逐条查看本企业是否符合条件")


def choose_the_city(phone: Phone) -> None:
    phone.tab("我的")
    phone.at("我的")
    phone.page.get_by_role("button", name="城市").tap()
    phone.look_over()
    phone.choice("城市", "江阴").tap()
    phone.at("我的")
