"""What a locked phone must not show (个人信息 in push): amounts, rates, refusals, grades."""

import re

REVEALING = re.compile(
    r"\d+\s*(?:元|万|亿|%|％|个月)|拒绝|婉拒|不同意|未选择|高级|一级|备选|未认证|等级|\d{6,}"
)
