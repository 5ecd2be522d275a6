"""The figures of a result file: what scripts/figures.py draws.

Each kind of figure is a module (maps, bubbles, bars, comparison) with functions that return a page; plan.py says which
are drawn of which population; results and outlines read files; page, keys, labels and style are what the kinds share.
"""
