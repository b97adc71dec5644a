"""How is a judge behind the Anthropic API asked? The only place that knows the SDK."""
