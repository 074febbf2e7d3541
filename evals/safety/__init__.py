"""Whether an order planted in data, documents or talk makes the copilot do harm.

The model under the copilot obeys every order that it sees, so what holds is the code around it.

  cases       channels and payloads, combined
  seeding     a small workspace with the orders planted in it
  gullible    the model that obeys, and one that does not
  trial       one case: what was asked, sent, answered, changed
  baseline    the same with a stock agent
  watching    sockets and files that the process opens
  invariants  what must hold whatever the model does, one file each
  keeping     outcomes of a run that was cut short
  run         all cases, and their rates with intervals
  mutations   spellings of personal data that must not leave
  rendering   answers that try to fetch or run something in a reader's page
  arguments   hostile arguments of every tool
"""
