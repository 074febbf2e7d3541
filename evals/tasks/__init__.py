"""The measures as tasks of Inspect AI: cases become samples, a solver drives the product, scorers judge.

Each module has `opened(wanted)`, an asynchronous context that yields the task while what it drives is open.
"""

SUITES = ("retrieval", "tools", "answers", "grounding", "safety", "copy", "planner", "strategy")
