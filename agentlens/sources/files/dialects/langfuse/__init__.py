"""What Langfuse exports: its interface, its blob storage, a single trace."""
