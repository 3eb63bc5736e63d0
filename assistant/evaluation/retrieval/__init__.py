"""Public tasks that name the documents which they require: are they found?"""
