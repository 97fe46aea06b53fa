"""What members see of headcounts: custom `ids`, the selects for `choosing`, `panels`, and `texts`."""
