"""Questions with, without and against the pages: is everything that is said supported?"""
