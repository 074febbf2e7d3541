"""One person, one id (One ID): which accounts belong to one person, and figures by person.

    accounts     what of an account can be compared, normalised
    rules        equal phone, e-mail, member number, device: certain links
    model        Splink's Fellegi-Sunter model for what is merely similar
    clusters     links to persons, with guards
    books        versioned runs and people's decisions in the data file
    run          link, accept, reject, undo: the writers
    reading      review list, explanation, state: the readers
    person_view  the tables as they read when a customer is a person
    figures      precision and recall against a known truth
"""
