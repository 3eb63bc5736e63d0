"""Language models and embeddings: local (`llama/`) and hosted (`hosted/`), the store of model files (`store/`),
sentence vectors (`embeddings/`), and the ladder that goes down from the best model to none.
"""
