"""Personal data: found, kept on this machine, and put back where the person who typed it reads it.

  detectors   phones, e-mails, papers, plates, addresses and names by their shape
  neighbours  names that only something beside them gives away
  spelling    a text as a person reads it, and where that is written
  people      customers of the loaded data that a text mentions
  vault       what a person typed against what a language model sees of it
  outgoing    the messages of a request as they may leave, and a reply as people read it
  fence       text from data, marked as such
"""

from copilot.privacy.detectors import MASKED, mask
from copilot.privacy.fence import fence
from copilot.privacy.outgoing import Outgoing, incoming, outgoing
from copilot.privacy.people import PeopleIn, without_people
from copilot.privacy.vault import Vault

__all__ = ["MASKED", "Outgoing", "PeopleIn", "Vault", "fence", "incoming", "mask", "outgoing", "without_people"]
