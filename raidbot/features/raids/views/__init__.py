"""What members see of raids.

`ids` the custom ids, `panels` the panels, `requests` what runs call for, `overview` all runs, `texts` every other
sentence.
"""
