"""What every room uses: errors, the canonical schema, locations, wording, Markdown and the theme."""
