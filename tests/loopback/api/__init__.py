"""What does each address of the API answer, faults aside?"""
