"""The figures of a result file: what scripts/figures.py draws.

Each kind of figure is a module (maps, bubbles, bars, comparison) with functions that return a matplotlib figure; plan.py
says which are drawn of which population; results, outlines and tables read files; page, style and labels are what the
kinds share.
"""
