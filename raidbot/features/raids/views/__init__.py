"""What members see of raids: `ids` the custom ids, `panels` the panels, `texts` every sentence."""
