"""A made-up office to try Sésame with: its people, their cases, what happened. No person in it exists."""
