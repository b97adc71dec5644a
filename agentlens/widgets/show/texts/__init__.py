"""The texts of a trace: how long ones are cut, JSON is folded and bytes are named."""
