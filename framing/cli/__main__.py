"""``python -m framing.cli``."""

from framing.cli import main

main()
