"""The bot with other parts of hikari's cache: `python -m tests.bench.cached GUILDS,ROLES,…`, for `caches`."""

import functools
import operator
import sys

from hikari.impl import config

from raidbot.__main__ import main
from raidbot.kernel.discord import client

if __name__ == "__main__":
    names = sys.argv[1].split(",")
    chosen = (one for one in config.CacheComponents if one.name in names)
    vars(client)["CACHED"] = functools.reduce(operator.or_, chosen, config.CacheComponents.NONE)
    sys.exit(main(["run"]))
