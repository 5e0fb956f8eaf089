"""Training of the fitted ad weights: from labelled text outside the project to ads/weights."""
