"""The local Discord's guild in a browser: one person plays everybody, and sees what happens underneath.

`server` is what the browser talks to: loopback only, a random token in the address. `relay` is one open page: it passes
a small set of calls on to the local Discord and what a member sees back (`playground.sight`); the page keeps nothing of
its own. `backstage` holds the processes and the crowd, `bot_log` reads what the bot says of its statements, `tours` are
data, `build` bundles `web/` into what the browser loads.
"""

from raidbot.playground.page.backstage import Backstage
from raidbot.playground.page.build import BuildError, built
from raidbot.playground.page.server import Page, page

__all__ = ["Backstage", "BuildError", "Page", "built", "page"]
