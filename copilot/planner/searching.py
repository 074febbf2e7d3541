"""What the knowledge base is asked: the words as they were put, one search where one thing is asked."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.language import language_of
from copilot.planner.advised import misheard
from copilot.planner.lexicon import lexicon
from copilot.planner.matching import normalise
from copilot.planner.slots import Slots
from copilot.planner.step import Step
from copilot.planner.vocabulary import Vocabulary

KNOWLEDGE = "knowledge"
CASES = 8
"""Passages looked at where cases are asked for: a card that tells one may stand behind one that only names it."""
_LEANING = 20
"""Characters of a second question that has no subject of its own, at most."""
_WORD = re.compile(r"[a-z]{5,}", re.IGNORECASE)


def search_step(slots: Slots) -> Step:
    cases = {"k": CASES} if "case" in slots.cues else {}
    return Step(KNOWLEDGE, "search_knowledge", {"query": joined(slots.about, slots.said)} | cases, slots)


def searched(
    steps: list[Step], clauses: list[str], question: str, corrected: str, vocabulary: Vocabulary
) -> list[Step]:
    """Give each search its words as the person wrote them: mended words back, question marks on, told before asked.

    One search for the whole question where nothing but knowledge is asked and the parts belong together.
    """
    if misheard(steps, question, vocabulary):
        last = steps[-1]
        return [Step(KNOWLEDGE, "search_knowledge", {"query": with_subject(question.strip())}, last.slots)]
    steps = [_with_the_rest(step, question) if step.focus == KNOWLEDGE and len(steps) > 1 else step for step in steps]
    searches = [step for step in steps if step.focus == KNOWLEDGE]
    if searches and len(searches) == len(steps) and _one_subject(clauses):
        last = searches[-1]
        before = searches[0].slots.about  # of the turn before; what leans on this question stands in it
        query = with_subject(joined("" if before in corrected else before, question.strip()))
        cases = {"k": CASES} if any("k" in step.arguments for step in searches) else {}
        return [replace(last, arguments={"query": query} | cases)]
    mended, said = _WORD.findall(corrected), _WORD.findall(question)
    written = dict(zip(mended, said, strict=True)) if len(mended) == len(said) else {}
    return [_as_written(step, question, written) if step.focus == KNOWLEDGE else step for step in steps]


def _with_the_rest(step: Step, question: str) -> Step:
    """A short question at the end leans on what was told before it: "Where should I look?"."""
    said = step.arguments["query"].rstrip("?？ ")
    leans = len(said) <= _LEANING * (2 if said.isascii() else 1) and question.rstrip("?？ ").endswith(said)
    return replace(step, arguments=step.arguments | {"query": question.strip()}) if leans else step


def _one_subject(clauses: list[str]) -> bool:
    """Whether every question but the first leans on what came before it, or only one asks."""
    asking = [clause for clause in clauses if clause.endswith(("?", "？"))]
    return len(asking) <= 1 or all(len(clause) <= _LEANING for clause in asking[1:])


def _as_written(step: Step, question: str, written: dict[str, str]) -> Step:
    query = _WORD.sub(lambda match: written.get(match.group(), match.group()), step.arguments["query"])
    end = question.find(query) + len(query)
    query += question[end : end + 1].strip(" .。!！,，;；") if query in question else ""
    return replace(step, arguments=step.arguments | {"query": with_subject(query)})


def with_subject(query: str) -> str:
    """The query with what its everyday words are about, as the cards call it, behind it."""
    words, language = normalise(query), language_of(query)
    names = [names[language] for matcher, names in lexicon().subjects if matcher.find(words)]
    added = [name for name in names if not any(part in words for part in name.split() if _tells(part))]
    return f"{query} ({'; '.join(added)})" if added else query


def _tells(part: str) -> bool:
    """Whether a word of a subject's name tells it: "journey", not "one" or "plan"."""
    return len(part) > 5 or not part.isascii()


def joined(before: str, asked: str) -> str:
    """What a question leans on, then the question."""
    if not before or before.rstrip().endswith(("?", "？", ".", "。", "!", "！")):
        return f"{before} {asked}".strip()
    return f"{before}。{asked}" if language_of(before) == "zh" else f"{before}. {asked}"
