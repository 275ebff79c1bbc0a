"""`python -m worker` works until told to stop, `python -m worker drain` until nothing is queued."""

import argparse
import asyncio

from worker.main import main

parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
parser.add_argument("mode", nargs="?", choices=("work", "drain"), default="work")
asyncio.run(main(until_empty=parser.parse_args().mode == "drain"))
