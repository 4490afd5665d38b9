"""What can be made for readers from the command line.

    python -m fer_lib.pages report mine.py:features --out report.html
    python -m fer_lib.pages build --faces ck_plus --root ~/CK+
"""
import argparse

from ..system.console import command
from . import own_book
from .report import command as report_command


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.pages", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for one in (report_command, own_book):
        one.add_to(commands)
    given = parser.parse_args(arguments)
    given.do(given)


if __name__ == "__main__":
    main()
