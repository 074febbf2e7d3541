"""Drafts for a workspace: written, kept, edited by talking.

    desk     what every face of the product calls
    shelf    every version of every draft, in SQLite
    writer   a language model as the copywriter, under the same checks as the library
    author   whichever of the two there is
    voice    a brand's voice in words
    grid     every tier, channel, goal and language at once
    wording  drafts and changes in words
"""
