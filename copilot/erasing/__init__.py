"""Erasing a person: from the tables, the conversations, the stores, lists, exports and documents of a workspace.

  stores   texts in SQLite files, and the agent's memory of a conversation
  files    rows of lists, memberships and exports
  desk     who may, in which order, and the line in the audit trail
"""
