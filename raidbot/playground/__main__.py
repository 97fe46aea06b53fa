"""Run the local Discord: python -m raidbot.playground."""

from raidbot.playground.process import main

main()
