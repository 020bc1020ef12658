"""python -m analyzer: the command line."""

from analyzer.cli import main

main(prog_name="sms-analyzer")
