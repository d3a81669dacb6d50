"""What the five source articles say, statement by statement, and where each is found in the code.

`Statement` rows are data for `docs/clinical/coverage.md`; `pointers.py` resolves what they point to. One short line
each, in our own words: the articles themselves are not quoted.
"""
