"""Where a brand stands, what to focus on, who has done it: rules over answers, data and cards."""
