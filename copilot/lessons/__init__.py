"""What a team has learnt: proposed by anyone who may, approved by a person, and only then recalled.

    results     a lesson, its decisions and its states
    store       lessons and the history of decisions, in SQLite
    desk        propose and decide: roles, personal data, one decision at a time
    document    an approved lesson as the knowledge index holds it
    wording     lessons in words: for people, and for a model
"""
