"""How well and how fast cleancast works, measured on labelled recordings outside it."""
