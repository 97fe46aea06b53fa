"""What is seen of role pings: `ids` the custom ids, `fitness` what Discord says of a role, `panels` and `texts`."""
