"""The Discord bot that raiding communities run themselves."""

__version__ = "0.1.0"
