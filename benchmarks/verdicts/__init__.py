"""How often healthy batches alarm, and how often shifted ones do: simulated, and on real flights.

`python -m benchmarks.verdicts` (or `make bench-verdicts`) runs it all and writes `docs/calibration.md`:

    columns     the 20 columns of a simulated table, as profiles
    simulate    runs of a cell of the grid: the verdicts without drift, and with one column shifted
    flights     random halves of a month, and consecutive months
    counts      what the runs came to, kept between interrupted runs
    page        the tables of the page
"""
