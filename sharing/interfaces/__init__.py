"""接口调用: sources that are asked when something is needed, and what they answered."""
