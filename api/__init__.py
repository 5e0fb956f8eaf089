"""The service over HTTP: routes by noun. Does not know how an episode is worked off."""
