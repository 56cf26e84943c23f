"""The library: documents and passages in Chroma, with a keyword index that is rebuilt from it and so never differs."""
