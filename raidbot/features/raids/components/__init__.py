"""The buttons, selects and forms of raids: `raiders` on the public panel, `organizers` on the organizer panel."""
