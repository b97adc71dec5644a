"""Why did a metric change?"""
