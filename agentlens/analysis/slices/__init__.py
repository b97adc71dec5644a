"""Where did a metric change?"""
