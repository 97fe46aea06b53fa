"""The dungeons that a guild raids: names, colours, emoji and keys, and the search behind every dungeon option.

Invariants, checked when the bot starts (`sources.py`), so that a wrong data file stops the boot:
- a dungeon is identified by its code for ever; old or misspelt codes are aliases of it;
- a code, alias, name or search word means one dungeon only;
- the labels of a dungeon's buttons are distinct and fit Discord.

The facts stand in `dungeons.json` beside this file, one block a dungeon. No tables; Discord only hears of it where a
name is unknown.
"""
