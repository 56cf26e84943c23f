"""Models behind narrow seams: the only place that imports sentence-transformers, torch or LangChain providers."""
