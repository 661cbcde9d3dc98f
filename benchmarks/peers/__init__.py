"""Other tools on the same two files: statistics of both, and what differs in each column.

`make bench-peers [PEERS=FOLDER]`, or `python -m benchmarks.peers [--peers FOLDER]`, installs each tool into
an environment of its own below FOLDER (`.cache/peers`), runs it beside this engine on tables of 10,000 to 10
million rows as far as it gets in a minute, and keeps what it found in `benchmarks/results/peers.json`. What
is in there is not measured again. `make bench-page` makes page and charts of it.

    tools       the tools, and which Python they need
    install     their environments;  `requirements/` has a pinned file for each
    watch       what a process and all that it starts cost, with a limit of time and memory
    adapters/   one script a tool: python ADAPTER BASELINE CURRENT OUTPUT
    kept        the file of results
"""
