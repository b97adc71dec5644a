"""What goes out again: messages now; labels and scores later."""
