"""The safety net around model and tool calls: five middlewares of the agent.

`RepairDangling` mends the history after a cancel, `ModelGuard` sees to it that a model call
ends in an answer, a marked fallback or a named fault, `Reading` fetches what was cut from a
long result, `ToolErrors` puts a tool's refusal into words, `Asked` refuses a model what nobody asked for.
"""

from copilot.guard.asked import Asked
from copilot.guard.history import RepairDangling
from copilot.guard.model_calls import ModelGuard
from copilot.guard.reading import Reading
from copilot.guard.tool_calls import ToolErrors

__all__ = ["Asked", "ModelGuard", "Reading", "RepairDangling", "ToolErrors"]
