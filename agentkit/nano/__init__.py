"""The model in the box: data, tokenizer, architecture, training and export of agentkit's own function-calling model.

Runs apart from the live loop: nothing here is imported by a run. Only `model`, `optimizer`, `train` and `export` import
torch, which comes with the `train` extra.
"""
