"""Forms whose input was refused: the answer says what is wrong, with a button that opens the form as it was typed.

Invariants:
    * What was typed is a row, so the button works after a restart; for a day, and for whoever typed it.
    * Opening it again checks nothing: submitting it is a press like any other.

Tables: refused_form.
"""

from raidbot.kernel.discord.forms.refused import OpenAgain, RefusedForms

__all__ = ["OpenAgain", "RefusedForms"]
