"""The nouns of cleancast. Everything else imports this room; it imports nothing of ours."""
