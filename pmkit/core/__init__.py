"""Words that every room uses: errors, canonical schema, locations, wording, Markdown, theme."""
