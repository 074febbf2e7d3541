"""Stand-ins for a language model: a scripted chat model, and a scripted server that can misbehave."""

from copilot.testing.behaviours import Behaviour, Call, Hang, Page, Reply, call, refuse, say
from copilot.testing.misbehaviours import ENDS_IN, MISBEHAVIOURS
from copilot.testing.model import ScriptedModel, ScriptEnded
from copilot.testing.server import Recorded, ScriptedServer
from copilot.testing.stage import Stage

__all__ = [
    "ENDS_IN", "MISBEHAVIOURS", "Behaviour", "Call", "Hang", "Page", "Recorded", "Reply", "ScriptEnded",
    "ScriptedModel", "ScriptedServer", "Stage", "call", "refuse", "say",
]
