"""What do a judge's verdicts and a few human labels say of what people would have said?"""
