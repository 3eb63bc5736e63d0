"""Figures of voice and photo: files made from a seed, sent through the whole chat as customers."""
