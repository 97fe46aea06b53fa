"""How PostgreSQL carries out every named statement on a database of a year's size.

`scripts/plans` fills one and prints each statement's plan; test_plans.py holds the plans to the rules of `rules.py`. A
new statement needs parameters: a line in `parameters.py`. What breaks a rule for good needs a line with its reason in
`rules.EXCEPTIONS`, an index that no statement uses yet one in `indexes.AWAITED`.
"""
