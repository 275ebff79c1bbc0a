"""`tools psql`: look into the embedded server's database with PostgreSQL's own shell."""

import argparse

from tools.embedded import embedded_server, run_client

HELP = "open PostgreSQL's shell on the embedded server"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A statement to run instead of opening the shell."""
    parser.add_argument("--sql", help="run this and print bare rows, instead of opening the shell")


def run(arguments: argparse.Namespace) -> int:
    """Join for as long as the shell is open."""
    chosen = () if arguments.sql is None else ("-At", f"--command={arguments.sql}")
    with embedded_server() as server:
        return run_client(server, "psql", "--no-psqlrc", *chosen)
