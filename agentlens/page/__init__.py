"""What a browser is given: plotly.js, figures and our own scripts, each as text."""
