"""What do texts say: which documents, which citations, which language, which words?"""
