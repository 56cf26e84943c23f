"""Is a folder of notes fit to teach from? What a note lacks, what it shares with other texts, what no note explains."""
