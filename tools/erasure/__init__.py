"""Erasing a person from a workspace's tables, for good.

  subject   which accounts are meant, and the words they are known by
  rewrite   the tables written afresh without them, so that no byte stays in a free block of the old file
  marks     salted marks of erased accounts: a later load of an old export does not bring them back
"""

from tools.erasure.marks import is_erased
from tools.erasure.rewrite import Rewritten, rewrite_without
from tools.erasure.subject import Subject, spelt, subject_of

__all__ = ["Rewritten", "Subject", "is_erased", "rewrite_without", "spelt", "subject_of"]
