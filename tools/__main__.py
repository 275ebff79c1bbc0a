"""The operator's command line: `python -m tools COMMAND`, one module of this package each.

A command is a module with HELP, add_arguments(parser) and run(arguments) -> exit code. It is named
like its module, unless a constant COMMAND says otherwise: `import` cannot be a module's name.
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
    return {name: help_line for name, (_, help_line) in _modules().items()}


def _modules() -> dict[str, tuple[str, str]]:
    found = {}
    for path in sorted(HERE.glob("*.py")):
        texts = _constants(path, "HELP", "COMMAND")
        if "HELP" in texts:
            name = texts.get("COMMAND", path.stem.replace("_", "-"))
            found[name] = (path.stem, texts["HELP"])
    return found


def _constants(path: Path, *names: str) -> dict[str, str]:
    return {
        ast.unparse(node.targets[0]): str(ast.literal_eval(node.value))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names
    }


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    parser = argparse.ArgumentParser(prog="tools", description=__doc__.split(":", 1)[0])
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # Only the chosen command is imported, so that a quick one does not wait for a heavy one.
    modules = {}
    for name, (module, help_line) in _modules().items():
        subparser = subparsers.add_parser(name, help=help_line, description=help_line)
        if name in arguments[:1]:
            modules[name] = importlib.import_module(f"tools.{module}")
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
