"""Files to samples and back: the only room that knows containers and codecs."""
