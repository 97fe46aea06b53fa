"""What organizers see of key logging: `ids` the custom ids, `panels` the panel, `texts` the sentences."""
