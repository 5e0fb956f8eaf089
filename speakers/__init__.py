"""Who speaks when, which words are whose, and how words make paragraphs."""
