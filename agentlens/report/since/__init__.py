"""What is different from the report that was saved before?"""
