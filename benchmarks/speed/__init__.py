"""Speed and memory of the engine, each figure beside its yardstick in the same run.

`python -m benchmarks.speed [--size full|small]` writes docs/benchmarks.md; `make bench SIZE=small` is quick.
`tables` makes the data, `cases` says what is run against what and how good it must be, `measure` runs
processes in turn, `page` writes the result. `read.py` and `by_hand.py` are the yardsticks.
"""
