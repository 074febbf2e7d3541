"""The commands of the command line, a module a topic; `copilot.cli` names them all."""
