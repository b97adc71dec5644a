"""When did it begin, by the metric, its mix, or its rarest events?"""
