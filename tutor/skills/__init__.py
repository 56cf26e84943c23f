"""What the tutor can do with evidence: each skill takes a question and evidence, and gives a reply."""
