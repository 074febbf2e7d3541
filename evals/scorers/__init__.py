"""Scorers, one a file: each holds what a solver left in a sample against what the case expects.

A scorer's value maps measures to whether they hold, None where one does not apply; "passed" is always among them.
"""
