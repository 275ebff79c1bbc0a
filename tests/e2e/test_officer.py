"""A bank's officer answers a demand: sees a profile, makes an offer, and then sees who it is."""

from playwright.sync_api import expect

from tests.e2e.deals import a_demand_by, accept_the_offer
from tests.e2e.entering import come_in_as_staff
from tests.e2e.phone import Phone
from tests.e2e.setup import SetUp

OFFICER = "officer-jiangyin-bank"
OWNER = "owner-first"
FIRM = "示例新材料科技有限公司"
FIRM_PHONE = "14000000002"
PURPOSE = "更新生产设备"


def test_an_officer_makes_an_offer_and_is_let_in(phone: Phone, set_up: SetUp) -> None:
    come_in_as_staff(phone, set_up, OFFICER)
    phone.at("澄易贷")
    phone.sees("江阴农村商业银行")
    demand_id = a_demand_by(set_up, OWNER, PURPOSE)
    find_it_in_the_pool(phone)
    make_an_offer(phone)
    is_let_in(phone, set_up, demand_id)


def find_it_in_the_pool(phone: Phone) -> None:
    phone.tab("需求池")
    phone.at("需求池")
    phone.tap("筛选")
    phone.choose("信用等级", "一级")
    phone.look_over()
    phone.tap("查看结果")
    card = phone.page.get_by_role("article").filter(has_text=PURPOSE).first
    expect(card).to_contain_text("一级")
    phone.at("需求池")
    phone.sees_no(FIRM)
    card.get_by_role("link").tap()
    phone.at("需求详情")
    phone.sees("申请企业概况")
    phone.sees("小型企业")
    phone.sees("企业接受报价后，才会显示名称和联系方式。")
    for hidden in (FIRM, FIRM_PHONE):
        phone.sees_no(hidden)


def make_an_offer(phone: Phone) -> None:
    phone.tap("报价")
    phone.at("向企业报价")
    phone.tap("发送报价")
    product = phone.page.get_by_label("报价产品")
    expect(phone.problem_of(product)).to_have_text("请选择")
    phone.at("向企业报价")
    product.select_option(index=1)
    expect(phone.field("期限")).to_have_value("12")
    phone.write("报价金额", "40")
    phone.write("年利率", "3.8")
    phone.write("给企业的话", "资料齐全，三个工作日内可以放款")
    phone.tap("发送报价")
    phone.sees("报价已发送，企业已收到通知")
    phone.at("需求详情")
    phone.sees("等待答复")


def is_let_in(phone: Phone, set_up: SetUp, demand_id: str) -> None:
    phone.tap("返回")
    phone.at("需求池")
    phone.tab("消息")
    phone.at("消息")
    unread = phone.unread()
    answers = phone.page.get_by_role("listitem").filter(has_text="报价被接受")
    former = answers.count()
    accept_the_offer(set_up, OWNER, demand_id)
    phone.waits_for_unread(unread + 1)
    expect(answers).to_have_count(former + 1)
    answers.first.get_by_role("button").tap()
    phone.at("需求详情")
    phone.sees(FIRM)
    phone.sees(FIRM_PHONE)
    phone.sees("已接受")
