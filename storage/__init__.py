"""Keeps what must survive: blobs and the results of stages."""
