"""The operator's command line: `python -m tools COMMAND`, one module of this package each.

A command is a module with HELP, add_arguments(parser) and run(arguments) -> exit code.
"""

import argparse
import ast
import importlib
import os
import sys
from pathlib import Path

from pydantic import ValidationError

from foundation.errors import DomainError
from storage.embedded_home import EmbeddedError

HERE = Path(__file__).parent


def commands() -> dict[str, str]:
    """Every command's name with its help line, found without importing any of them."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        help_line = _help_line(path)
        if help_line is not None:
            found[path.stem.replace("_", "-")] = help_line
    return found


def _help_line(path: Path) -> str | None:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "HELP":
            return str(ast.literal_eval(node.value))
    return None


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="tools", description=__doc__.split(":", 1)[0])
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # Only the chosen command is imported, so that a quick one does not wait for a heavy one.
    modules = {}
    for name, help_line in commands().items():
        subparser = subparsers.add_parser(name, help=help_line, description=help_line)
        if name in arguments[:1]:
            modules[name] = importlib.import_module(f"tools.{name.replace('-', '_')}")
            modules[name].add_arguments(subparser)
    if not arguments:
        parser.print_help()
        return 2
    parsed = parser.parse_args(arguments)
    try:
        return int(modules[parsed.command].run(parsed))
    except BrokenPipeError:
        # Somebody read as much as they wanted, as in `tools … | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (EmbeddedError, DomainError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except ValidationError as error:
        # Settings: which one and why, never its value.
        for problem in error.errors(include_input=False, include_url=False):
            print(problem["msg"], *problem["loc"], file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
