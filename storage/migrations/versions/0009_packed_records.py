"""Records by position: a row's values in the order of its list's fields instead of under their names,
which took most of its space; smaller digests; whom a row about a person speaks of; and the kind of
what is wrong with a row.
"""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops

UNIQUE = {"credit_record_key": "credit_record (key_digest, batch_id)"}

# Batches are written one behind the other, so the range of each is known without an entry a row.
INDEXES = {
    "credit_record_batch_idx": "credit_record USING brin (batch_id) WITH (autosummarize = on)",
    "credit_record_subject_idx": (
        "credit_record (subject_digest, category) WHERE subject_digest IS NOT NULL"
    ),
}

DROPPED = ("credit_record_version_idx",)

CHECKS = {"credit_record": {"subject": "uscc IS NOT NULL OR subject_digest IS NOT NULL"}}

# The fields of every category as the lists had them on the day of this migration. A name that a
# list writes a second time is left out there.
ORDERS = {
    "CANG-1": "企业名称|统一社会信用代码|行政相对人类别|法定代表人姓名|法定代表人证件类型|法定代表人证件号码|行政许可决定文书名称|行政许可决定文书号|行政许可类别|行政许可证书名称|行政许可编号|行政许可内容(具体共享字段由数据提供单位确定)|行政许可决定日期|行政许可有效期|行政许可状态|行政机关名称|行政机关统一社会信用代码|数据提供单位",
    "CANG-2": "企业名称|统一社会信用代码|行政相对人类别|法定代表人姓名|法定代表人证件类型|法定代表人证件号码|行政处罚决定文书名称|行政处罚决定文书号|违法行为类型|违法事实|行政处罚依据|行政处罚内容|罚款金额|没收违法所得和没收财物的金额|暂扣或吊销证照名称及编号|行政处罚决定日期|行政处罚有效期|公示截止期|行政机关名称|行政机关统一社会信用代码|数据提供单位",
    "CANG-3": "企业名称|统一社会信用代码|法定代表人姓名|法定代表人证件类型|法定代表人证件号码|行政强制决定文书名称|行政强制文书号|行政强制执行理由|行政强制执行依据|行政强制执行方式|执行时间|行政机关名称|行政机关统一社会信用代码|数据提供单位",
    "CANG-4": "企业名称|统一社会信用代码|水用户信息（户名户号）|缴纳水费明细|近3个月月均用水量|近6个月月均用水量|当前是否欠费",
    "CANG-5": "企业名称|统一社会信用代码|燃气用户信息（户名户号）|缴纳燃气费明细|近3个月月均燃气用量|近6个月月均燃气用量|当前是否欠费",
    "CANG-6": "企业名称|统一社会信用代码|近一年月均缴存人数|近一年住房公积金缴存总额|近一年连续正常缴纳周期（月）|最近一次正常缴费日期",
    "CZ-1": "企业名称|统一社会信用代码|初次登记日期|缴存年月起|缴存年月止|缴存比例|缴存人数|公积金缴存总额（元）|住房补贴缴存总额（元）|近一年月均缴存人数（人）|近一年住房公积金缴存总额（元）|近一年连续正常缴纳周期（月）|最近一次正常缴费日期|征缴单位全称|征缴日期",
    "CZ-2": "企业名称|统一社会信用代码|法定代表人姓名|法定代表人证件类型|法定代表人证件号码|行政强制决定文书名称|行政强制文书号|行政强制执行理由|行政强制执行依据|行政强制执行方式|执行时间|行政机关名称|行政机关统一社会信用代码",
    "CZ-3": "承诺人名称|承诺人类别|承诺人代码（统一社会信用代码）|承诺类型|承诺事由|承诺内容|违诺责任|承诺作出日期|承诺有效期|承诺受理单位|承诺受理单位统一社会信用代码|公开类型|承诺书文件|备注",
    "CZ-4": "承诺人名称|承诺人类别|承诺人代码（统一社会信用代码）|承诺类型|承诺事由|承诺作出日期|承诺履行状态|未履行的承诺内容|违诺责任追究内容|履约践诺情况认定日期|履约践诺情况认定单位|履约践诺情况认定单位统一社会信用代码|公开类型|备注",
    "CZ-5": "机构全称（中文）|统一社会信用代码|示范项目名称|认定（评定）示范日期|认定（评定）部门",
    "CZ-6": "权利人名称|权利人证件类型|权利人证件号|不动产权证书号|不动产单元号|用途|坐落|面积|使用期限|登记机构|登记时间",
    "CZ-7": "抵押人|抵押人证件类型|抵押人证件号|不动产登记证号|不动产单元号|权利类型|抵押权人|抵押权人证件类型|抵押权人证件号码|抵押登记时间",
    "CZ-8": "姓名|证件类型|证件号码|不动产登记证号|不动产单元号|用途|坐落|面积（平方米）|使用期限|登记机构|登记时间",
    "CZ-9": "抵押人|抵押人证件类型|抵押人证件号|不动产登记证号|不动产单元号|权利类型|抵押权人|抵押权人证件类型|抵押权人证件号码|抵押登记时间",
    "CZ-10": "企业名称|统一社会信用代码|水用户信息（户名户号）|计量开始日期|计量截止日期|使用量|计量单位|交费金额（元）|缴纳日期|缴纳水费明细|近3个月月均用水量|近6个月月均用水量|当前是否欠费",
    "CZ-11": "企业名称|统一社会信用代码|燃气用户信息（户名户号）|计量开始日期|计量截止日期|使用量|计量单位|交费金额（元）|缴纳日期|缴纳燃气费明细|近3个月月均燃气用量|近6个月月均燃气用量|当前是否欠费",
    "CZ-12": "企业名称|统一社会信用代码|拖缴欠缴开始日期|拖缴欠缴截止日期|欠费金额（元）|是否补缴|认定机构|认定机构统一代码|认定日期",
    "CZ-13": "企业名称|统一社会信用代码|拖缴欠缴开始日期|拖缴欠缴截止日期|欠费金额（元）|是否补缴|认定机构|认定机构统一代码|认定日期",
    "CZ-14": "企业名称（担保人）|统一社会信用代码（担保人）|贷款银行|企业规模|被担保人|被担保人统一社会信用代码/身份证|所在行业|业务品种|新增担保额（万元）|贷款银行与受保企业贷款合同号|担保责任发生时间|担保责任解除时间|是否关联担保|反担保措施|第三方担保人|第三方担保人证件类型|第三方担保人证件号码|缴纳的单笔存出保证金（万元）|收取存入保证金（万元）|担保费收入（万元）|备注",
    "JS-1": "企业名称|统一社会信用代码|近一年增值税应纳税金额(元)|近一年增值税实际缴税金额(元)|近一年企业所得税应纳税金额(元)|近一年企业所得税实际缴税金额(元)|连续正常缴税周期(月)|最近一次正常缴税日期",
    "JS-2": "企业名称|统一社会信用代码|税种|欠税金额(元)|当前是否欠税",
    "JS-3": "企业名称|统一社会信用代码|是否非正常纳税户",
    "JS-4": "企业名称|统一社会信用代码|评级年度|纳税信用等级",
    "JS-5": "企业名称|统一社会信用代码|公告日期自|公告日期至|公告详情|公告机关全称",
    "JS-6": "企业名称|统一社会信用代码|公告内容|歇业原因|申请日期|歇业开始日期|歇业截止日期|公告日期|公告机关全称",
    "JS-7": "案号|当事人名称|当事人证件类型|当事人证件号码|诉讼地位|案由|开庭日期|受理法院",
    "JS-8": "姓名|证件类型|证件号码|列入日期|执行法院|是否取消|取消日期",
    "JS-9": "案由|当事人名称|当事人证件类型|当事人证件号码|当事人请求地位|涉案专利名称|涉案专利号|涉案专利类型|处理结果|受理法院名称|结案日期",
    "JS-10": "企业名称|统一社会信用代码|缴费年月|险种类别|职工工资总额|单位缴费基数|参保人数|本月应缴金额合计（元）|本月实缴金额合计（元）|企业职工基本养老保险近一年月均参保人数|企业职工基本养老保险近一年月均单位缴费基数||缴费基数|经办机构名称|缴纳日期",
    "JS-11": "企业名称|统一社会信用代码|当前是否欠费",
    "JS-12": "企业名称|统一社会信用代码|年末从业人员总数|审查年度|审查结果|经办日期|经办机构全称",
    "JS-13": "企业名称|统一社会信用代码|初次登记日期|缴存年月起|缴存年月至|缴存比例|缴存人数|公积金缴存总额（元）|住房补贴缴存总额（元）|近一年月均缴存人数（人）|近一年住房公积金缴存总额（元）|近一年连续正常缴纳周期（月）|最近一次正常缴费日期|征缴单位全称|征缴日期",
    "JS-14": "企业名称|统一社会信用代码|电网户号|开户日期|用电类型|地区地方名(市级)|计量开始日期|计量截止日期|使用量(区间)|计量单位|交费金额(元)|缴纳日期|价值等级|风险等级|近3个月月均用电量(元)|近6个月月均用电量(元)|当前是否欠费",
    "JS-15": "企业名称|统一社会信用代码|拖欠缴开始日期|拖欠缴截止日期|欠费金额(元)(区间)|是否补缴|认定机构|认定机构统一代码|认定日期",
    "JS-16": "企业名称|统一社会信用代码|评价分值|评价等级|评价时间",
    "JS-17": "企业名称|统一社会信用代码|是否属于国家级高新技术企业|获得科研支持信息(实验室建设、政府资金支持、参与标准制定、人才认证等)",
    "JS-18": "企业名称|统一社会信用代码|认定证书编号|发证日期|有效期|认定机关",
    "JS-19": "企业名称|统一社会信用代码|认定证书编号|等级|认定内容|有效起始日期|有效截止日期|认定机关|认定日期",
    "JS-20": "新型农业经营主体名称|统一社会信用代码|类别(家庭农场、农民专业合作社、农业企业等)|负责人|负责人证件类型|负责人证件号码|所在地|经营内容|农村土地经营权信息|农民住房财产权信息|登记日期|登记机关",
    "JS-21": "企业名称|统一社会信用代码|年度|资金名称|项目名称|获得资金金额(万元)|起始日期|截止日期|项目负责人姓名|项目负责人证件类型|项目负责人证件号码|联系人|联系电话|批准机关全称|批准日期",
    "JS-22": "出质人名称|出质人统一社会信用代码|出质知识产权申请号或注册号|知识产权种类|质权人名称|质权人统一社会信用代码|质权人登记期限|状态|公示日期",
    "JS-23": "企业名称|统一社会信用代码|法定代表人姓名|法定代表人证件类型|法定代表人证件号码|行政强制决定书名称|行政强制文书号|行政强制执行理由|行政强制执行依据|行政强制执行方式|执行时间|行政机关名称|行政机关统一社会信用代码",
    "JS-24": "承诺人名称|承诺类别|承诺人代码(统一社会信用代码)|承诺事由|承诺内容|违约责任|承诺作出日期|承诺有效期|承诺受理单位|承诺受理单位统一社会信用代码|公开类型|承诺书文件|备注",
    "JS-25": "承诺人名称|承诺类别|承诺人代码(统一社会信用代码)|承诺类型|承诺事由|承诺作出日期|承诺履行状态|未履行的承诺内容|违约责任追究内容|履约践诺情况认定日期|履约践诺情况认定单位|履约践诺情况认定单位统一社会信用代码|公开类型|备注",
    "JS-26": "机构全称(中文)|统一社会信用代码|示范项目名称|认定(评定)示范日期|认定(评定)部门",
    "JS-27": "权利人名称|证件类型|权利人证件号|不动产权证书号|不动产单元号|用途|坐落|面积|使用期限|登记机构|登记时间",
    "JS-28": "抵押人|抵押人证件类型|抵押人证件号|不动产登记证号|不动产单元号|权利类型|抵押权人|抵押权人证件类型|抵押权人证件号|抵押登记时间",
    "JS-29": "姓名|证件类型|证件号码|不动产登记证号|不动产单元号|用途|坐落|面积(平方米)|使用期限|登记机构|登记时间",
    "JS-30": "抵押人|抵押人证件类型|抵押人证件号|不动产登记证号|不动产单元号|权利类型|抵押权人|抵押权人证件类型|抵押权人证件号|抵押登记时间",
    "JS-31": "企业名称|统一社会信用代码|水用户信息(户名、户号)|计量开始日期|计量截止日期|用水量|计量单位|交费金额(元)|缴纳日期|缴纳水费明细|近3个月月均用水量|近6个月月均用水量|当前是否欠费",
    "JS-32": "企业名称|统一社会信用代码|燃气用户信息(户名、户号)|计量开始日期|计量截止日期|用水量|计量单位|交费金额(元)|缴纳日期|缴纳燃气费明细|近3个月月均燃气用量|近6个月月均燃气用量|当前是否欠费",
    "JS-33": "企业名称|统一社会信用代码|拖欠截止日期|拖欠金额(元)|是否补缴|认定机构|认定机构统一社会信用代码|认定日期",
    "JS-34": "企业名称|统一社会信用代码|拖欠截止日期|拖欠金额(元)|是否补缴|认定机构|认定机构统一社会信用代码|认定日期",
    "JS-35": "企业名称(担保人)|统一社会信用代码(担保人)|贷款银行|企业规模|被担保人|被担保人统一社会信用代码/身份证|所在行业|业务品种|新增担保额(万元)|贷款银行与受保企业贷款合同号|担保责任发生时间|担保责任解除时间|是否关联担保|反担保措施|第三方担保人|第三方担保人证件类型|第三方担保人证件号码|缴纳的单笔存出保证金(万元)|收取存入保证金(万元)|担保费收入(万元)|备注",
    "JS-36": "企业名称|统一社会信用代码|失信名单类别|认定文号|认定依据|法定代表人|法定代表人证件类型|法定代表人证件号码|行政处罚处罚或法院判决决定的主要内容|违法失信行为事实|确认严重违法失信日期|认定部门|认定部门统一社会信用代码|公示截止日期|备注",
    "JS-37": "姓名|证件类型|证件号码|失信名单类别|行政处罚处罚或法院判决决定的主要内容|违法失信行为事实|确认严重违法失信日期|认定部门|认定部门统一社会信用代码|公示截止日期|备注",
    "LOCAL-REGISTRY": "企业名称|统一社会信用代码|行业代码|成立日期|经营状态|从业人员（人）|上年营业收入（元）|资产总额（元）",
    "LOCAL-PREMISES": "企业名称|统一社会信用代码|权属核验结果|核验日期",
    "LOCAL-PERSONAL-CREDIT": "企业名称|统一社会信用代码|人员身份|本人是否授权|信用积分等级|评定日期",
    "LOCAL-PUBLIC-RECORD": "企业名称|统一社会信用代码|记录编号|记录类别|认定部门|认定日期|修复日期|公示截止日期",
    "LOCAL-SEVERE": "企业名称|统一社会信用代码|失信名单类别|认定文号|确认严重违法失信日期|认定部门|公示截止日期",
    "LOCAL-SEVERE-LIFTED": "企业名称|统一社会信用代码|认定文号|移出日期|移出原因",
    "LOCAL-LOAN": "企业名称|统一社会信用代码|贷款合同号|贷款银行|发放日期|结清日期|不良记录条数|当前是否欠息",
    "LOCAL-POLICY-CLASS": "企业名称|统一社会信用代码|产业政策类别|有效期至",
    "LOCAL-PERFORMANCE": "企业名称|统一社会信用代码|年度|排名|参评企业数|公布日期",
    "LOCAL-CHANGXIN": "企业名称|统一社会信用代码|是否达标|评定日期",
    "LOCAL-QUALIFICATION": "企业名称|统一社会信用代码|资质名称|级别|认定部门|认定日期|有效期至",
    "LOCAL-HONOUR": "企业名称|统一社会信用代码|荣誉类别|荣誉名称|授予部门|认定日期|有效期至",
    "LOCAL-CREDIT-POINTS": "企业名称|统一社会信用代码|公共信用积分等级|评定日期|有效期至",
    "LOCAL-SCORE": "企业名称|统一社会信用代码|企业基本情况得分|企业法人或实际控制人信用情况得分|生产经营情况得分|企业财务信息得分|企业公共信用状况得分|金融信贷信用记录得分|企业获奖及社会责任得分|工业绩效得分|上级信用评价及其他信息得分|评分日期",
    "LOCAL-BONUS": "企业名称|统一社会信用代码|加分项目|批准单位及岗位|批准日期|有效期至",
}

PACK = """
UPDATE credit_record
   SET "values" = ARRAY(
     SELECT named ->> field.name
       FROM unnest(string_to_array($2::text, '|')) WITH ORDINALITY AS field (name, place)
      ORDER BY field.place)
 WHERE category = $1::text
"""

# As sharing/receiving/rows.py makes them.
DIGEST = """
UPDATE credit_record
   SET key_digest = substring(key_digest FROM 1 FOR 16),
       row_digest = substring(
         sha256(convert_to(array_to_string("values", E'\\x1f', ''), 'UTF8')) FROM 1 FOR 16)
"""


class AlreadyAltered(ops.AlterField):
    """A change of which only the models' state has to know."""

    async def database_forward(self, *_: object, **__: object) -> None:
        """The SQL above did it."""


class AlreadyAdded(ops.AddField):
    """The same for a new column."""

    async def database_forward(self, *_: object, **__: object) -> None:
        """The SQL above did it."""


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0008_objections")]

    initial = False

    operations = [
        ops.RunSQL(
            [
                'ALTER TABLE credit_record RENAME COLUMN "values" TO named',
                'ALTER TABLE credit_record ADD COLUMN "values" text[]',
                "ALTER TABLE credit_record ADD COLUMN subject_digest bytea",
                "ALTER TABLE credit_record ALTER COLUMN uscc DROP NOT NULL",
                "ALTER TABLE credit_record ALTER COLUMN id SET DEFAULT uuidv7()",
                "ALTER TABLE quarantined_row ADD COLUMN kind varchar(20) NOT NULL DEFAULT 'FORMAT'",
                "ALTER TABLE quarantined_row ALTER COLUMN kind DROP DEFAULT",
                "DROP INDEX credit_record_key",
                "DROP INDEX credit_record_version_idx",
                *((PACK, [code, names]) for code, names in ORDERS.items()),
                DIGEST,
                'ALTER TABLE credit_record ALTER COLUMN "values" SET NOT NULL',
                "ALTER TABLE credit_record DROP COLUMN named",
                *(f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()),
                *(f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()),
                *(
                    f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
                    for table, checks in CHECKS.items()
                    for name, rule in checks.items()
                ),
            ]
        ),
        ops.AlterModelOptions(
            name="CreditRecord",
            options={
                "table": "credit_record",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "One row of one category about one enterprise or person, never changed.",
            },
        ),
        ops.AlterModelOptions(
            name="QuarantinedRow",
            options={
                "table": "quarantined_row",
                "app": "rongqiao",
                "pk_attr": "id",
                "table_description": "A row that was refused: where, what and why; `kind` is for programs.",
            },
        ),
        AlreadyAltered(
            model_name="CreditRecord",
            name="values",
            field=ArrayField(element_type="text"),
        ),
        AlreadyAltered(
            model_name="CreditRecord",
            name="uscc",
            field=fields.CharField(null=True, max_length=18),
        ),
        AlreadyAdded(
            model_name="CreditRecord",
            name="subject_digest",
            field=fields.BinaryField(null=True),
        ),
        AlreadyAdded(
            model_name="QuarantinedRow",
            name="kind",
            field=fields.CharField(max_length=20),
        ),
    ]
