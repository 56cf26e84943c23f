"""The page. It translates events and decides nothing."""
