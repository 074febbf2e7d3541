"""A fictional brand's exports, generated from a seed, with the truth that was planted in them.

`write_demo` (tools/demo/write.py) is the only door. The brand, its people and their
numbers are invented; the files are read by the normal loader like anybody's.
"""

from tools.demo.truth import Truth
from tools.demo.write import write_demo

__all__ = ["Truth", "write_demo"]
