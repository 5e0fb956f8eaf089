"""Where the rooms meet: the spine, its settings, and the command line."""
