"""What is normal for a series: its level, cycles, spread and memory?"""
