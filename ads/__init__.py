"""Ads: Words in, AdSpans out. Imports only the nouns of episodes/."""
