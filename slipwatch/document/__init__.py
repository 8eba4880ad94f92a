"""Documents written once as neutral blocks and rendered as text, HTML or Markdown; escaping for every medium."""
