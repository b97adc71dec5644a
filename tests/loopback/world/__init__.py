"""What really happened: the true table that a loopback Langfuse serves."""
