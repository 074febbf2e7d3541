"""Campaigns: from one sentence to texts that a person approved for people who may receive them.

    brief       what a campaign is to do, typed, and what is still missing of it
    reading     a brief from one sentence
    days        days said by the calendar of today
    amending    what a later sentence changes of a brief
    results     a campaign with its versions, history and state
    seal        what an approval is bound to
    audit       the trail of everything done, chained by hashes, with an anchor beside it
    store       campaigns and the trail, in SQLite
    checks      who may be contacted, what earlier campaigns did, what the texts break
    texts       drafts for a brief, chosen and edited
    office      who may do what, in which state; each thing once
    writing     making and changing a campaign
    desk        review, release, measurement: what every face of the product calls
    diff        what one version has that another has not
    taste       accepted texts and rejected phrases, for later drafts
    wording     campaigns in words
"""
