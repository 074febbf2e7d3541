"""The built-in planner: understands a question without a language model and composes the answer.

question -> clauses -> slots -> intent -> steps (tool calls) -> findings -> composed answer
"""
