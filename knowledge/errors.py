"""Everything the knowledge half can refuse, as one tree.

    KnowledgeError
    ├── BadQuery        the caller can mend the call (empty question, unknown card, …)
    ├── BadDocument     this file cannot be read
    ├── IndexProblem    the index is missing, damaged or made by other vectors: build it again
    └── ServiceDown     a server for vectors or reranking does not answer: a search goes on without it

An error carries a code and parameters, never a sentence: the catalogue holds the sentence
in both languages under `error.<code>`.
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """`code` names the catalogue entry, `params` fill its blanks.

    `alternatives` lists what would have worked; it is shown to people and to models.
    """

    def __init__(self, code: str, *, alternatives: list[str] | None = None, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.alternatives = alternatives or []

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code}({details})"


class BadQuery(KnowledgeError):
    """The caller can mend the call."""


class BadDocument(KnowledgeError):
    """This file cannot be read."""


class IndexProblem(KnowledgeError):
    """The index cannot be used as it is."""


class ServiceDown(KnowledgeError):
    """A server that somebody set does not answer; `code` says which."""
