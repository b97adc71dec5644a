"""What was said in a trace, in whatever shape its source keeps messages?"""
