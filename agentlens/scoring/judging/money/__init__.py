"""What does judging cost, and what may it cost?"""
