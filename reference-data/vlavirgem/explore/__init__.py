"""A browsable town: `vlavirgem explore` serves the pages of a folder with a town."""
