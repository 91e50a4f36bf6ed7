"""What somebody with a browser sees at the root of the building blocks: what this is, and where to begin."""
