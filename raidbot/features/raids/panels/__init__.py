"""What raids keep on Discord: `drawing` the panels, `roles` the run roles, `pings`, `requests` for what is missing."""
