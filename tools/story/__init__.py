"""The demo story: firms named 示例…, their people, the banks' staff, and what happened so far.

Everything goes through the services that real people use; nothing is written past them.
"""
