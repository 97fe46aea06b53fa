"""What members see of raids: `ids` the custom ids, `panels` the panels, `overview` all runs, `texts` every sentence."""
