"""The benchmark: the real bot beside a bare one, each a process of its own, before a local Discord of 36,000 members.

`python -m tests.bench` measures every row of `rows.ROWS` and writes the table; `--rows` measures some, for a look.
A row that cannot be measured leaves no table at all. What is to be reached stands in `targets.TARGETS`;
`python -m tests.bench.profile` shows where the time of a storm goes. Linux only: CPU and memory are read from
the kernel.
"""
