"""The product's nouns: frozen dataclasses that check themselves. NumPy and the standard library only."""
