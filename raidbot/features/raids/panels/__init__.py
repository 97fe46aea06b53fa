"""What raids keep on Discord: `drawing` the panels, `roles` the run roles, `pings` the pings."""
