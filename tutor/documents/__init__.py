"""From a file to passages: readers per format, the outline of sections, and the cutting. Pure functions."""
