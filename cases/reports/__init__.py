"""What the office did: the counts that its funders ask for. Nothing here knows a request or names a person.

Which day counts: a visit, a step or a payment belongs to the period in which it *happened*, the day that was typed.
When that was *written down* decides only what a report «as of» a day knows: an event or a visit counts if it was
recorded before the midnight that ends that day in Brussels. What was corrected or undone later stands as it stood
then, so the same report as of the same day gives the same numbers of cases, visits, hours and days, and the same
amounts, for ever. The tariffs too are those noted by then.

What files say is not replayed, for they keep no history. Commune, document, language and year of birth are those of
today, and erasing a person takes their year of birth away: they count in another row. The cases of a team are those
it has today. Two files that were merged since are one person. And the offices in use are those of today.

`MonthlyCount` is not read here: erasing a person leaves their cases, events and visits in place without a name, so
they still count. It is what would remain if those rows were ever deleted, and adding it would count them twice.
"""
